import { randomBytes } from 'node:crypto';
import type { Notice } from '../log/index.js';
import { MAX_NOTICE_BYTES } from '../log/notice.js';
import type { Clock } from '../time/clock.js';
import type { NoticeBoard } from './notice-board.js';

/** Questions and answers are notices of these topics; the key of an answer names the question. */
const QUESTION_TOPIC = 'question';
const ANSWER_TOPIC = 'answer';
const NAME_BYTES = 8;
/** Of all hubs together: an answer is one notice that each of them reads. */
const MAX_ANSWERS = 100;
/** Somebody who asks on and on is answered ten times a second; ten who ask at once, each on a hub of its own, all are. */
const MS_PER_ANSWER = 100;
const BURST_MS = 1_000;

/** Says what this hub has to say to a question; undefined: nothing. At most `MAX_NOTICE_BYTES` with its frame. */
export type Reply = (question: string) => string | undefined | Promise<string | undefined>;

/** Asks all hubs of the log something, and gathers what they answer. Nothing is kept, and nobody is bound to answer. */
export class Inquiries {
  private readonly replies = new Map<string, { readonly reply: Reply; paidUntilMs: number }>();
  private readonly asked = new Map<string, string[]>();

  /** @param post tells all hubs; rejects if it could not */
  constructor(
    board: NoticeBoard,
    private readonly post: (notice: Notice) => Promise<void>,
    private readonly clock: Clock,
  ) {
    board.on(QUESTION_TOPIC, (notice) => this.answer(notice));
    board.on(ANSWER_TOPIC, (notice) => this.gather(notice));
  }

  /** @param subject what questions it answers: a constant of the code */
  onAsked(subject: string, reply: Reply): void {
    this.replies.set(subject, { reply, paidUntilMs: Number.NEGATIVE_INFINITY });
  }

  /**
   * @param wait resolves when no more answers are waited for
   * @returns what the hubs have answered by then, this one included, in no order that means anything
   * @throws NoticeError if nobody could be asked
   */
  async ask(subject: string, question: string, wait: Promise<unknown>): Promise<readonly string[]> {
    const name = randomBytes(NAME_BYTES).toString('hex');
    const answers: string[] = [];
    this.asked.set(name, answers);
    try {
      await this.post({
        topic: QUESTION_TOPIC,
        key: name,
        body: JSON.stringify([subject, question]),
        keepMs: 0,
      });
      await wait;
      return answers;
    } finally {
      this.asked.delete(name);
    }
  }

  private answer({ key, body }: Notice): void {
    const [subject, question] = JSON.parse(body) as [string, string];
    const known = this.replies.get(subject);
    const nowMs = this.clock.monotonicMs();
    if (known === undefined || known.paidUntilMs > nowMs - MS_PER_ANSWER) return;
    known.paidUntilMs = Math.max(known.paidUntilMs, nowMs - BURST_MS) + MS_PER_ANSWER;
    const answer = known.reply(question);
    if (!(answer instanceof Promise)) this.send(key, answer);
    // Whoever asked waits no longer than it likes, so that an answer that fails harms nobody.
    else answer.then((text) => this.send(key, text)).catch(() => undefined);
  }

  private send(key: string, answer: string | undefined): void {
    if (answer === undefined || Buffer.byteLength(answer) > MAX_NOTICE_BYTES) return;
    // The same for one that is lost.
    this.post({ topic: ANSWER_TOPIC, key, body: answer, keepMs: 0 }).catch(() => undefined);
  }

  private gather({ key, body }: Notice): void {
    const answers = this.asked.get(key);
    if (answers !== undefined && answers.length < MAX_ANSWERS) answers.push(body);
  }
}
