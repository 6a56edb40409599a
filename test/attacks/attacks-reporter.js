import FiguresReporter from '../faults/figures-reporter.js';

/** A Jest reporter: one table of all attacks, when they are done. */
export default class AttacksReporter extends FiguresReporter {
  options = {
    head: [
      'no.',
      'attack',
      'loop delay\np99 / max\nms',
      'healthy before\np50 / p99\nms',
      'healthy during\np50 / p99\nms',
      'RSS\n+ MB',
      'hub CPU\ns',
      'outcome',
    ],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    colWidths: [6, 34, 13, 16, 16, 7, 9, 44],
    wordWrap: true,
  };
}
