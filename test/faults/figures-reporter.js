import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';

/** A Jest reporter: one table of all that the fault tests measured, when they are done. */
export default class FiguresReporter {
  /** What the table looks like. */
  options = { head: ['what', 'figure', 'unit'], colAligns: ['left', 'right', 'left'] };

  onRunStart() {
    this.folder = mkdtempSync(join(tmpdir(), 'faults-'));
    // The tests run in this process or in its children, and write there.
    process.env.FAULT_FIGURES = join(this.folder, 'figures.jsonl');
  }

  onRunComplete() {
    const file = process.env.FAULT_FIGURES;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(this.folder, { recursive: true });
    const table = new Table({ ...this.options, style: { head: [], border: [] } });
    table.push(...lines.map((line) => JSON.parse(line)));
    process.stdout.write(`${table}\n`);
  }
}
