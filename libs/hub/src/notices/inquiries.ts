import { randomBytes } from 'node:crypto';
import type { Notice } from '../log/index.js';
import { MAX_NOTICE_BYTES } from '../log/notice.js';
import type { Clock } from '../time/clock.js';
import type { NoticeBoard } from './notice-board.js';

/** Questions and answers are notices with these topics. The key of an answer identifies the question. */
const QUESTION_TOPIC = 'question';
const ANSWER_TOPIC = 'answer';
const NAME_BYTES = 8;
/** For all hubs together: an answer is one notice that each of them reads. */
const MAX_ANSWERS = 100;
/**
 * A caller that keeps asking is answered ten times a second. Ten callers that ask at once, each on its own hub,
 * are all answered.
 */
const MS_PER_ANSWER = 100;
const BURST_MS = 1_000;

/** Returns this hub's answer to a question, or undefined for none. At most `MAX_NOTICE_BYTES` with its frame. */
export type Reply = (question: string) => string | undefined | Promise<string | undefined>;

/** Sends a question to all hubs of the log, and collects their answers. Nothing is stored, and no hub has to answer. */
export class Inquiries {
  private readonly replies = new Map<string, { readonly reply: Reply; paidUntilMs: number }>();
  private readonly asked = new Map<string, string[]>();

  /** @param post sends to all hubs; rejects if it could not */
  constructor(
    board: NoticeBoard,
    private readonly post: (notice: Notice) => Promise<void>,
    private readonly clock: Clock,
  ) {
    board.on(QUESTION_TOPIC, (notice) => this.answer(notice));
    board.on(ANSWER_TOPIC, (notice) => this.gather(notice));
  }

  /** @param subject which questions it answers: a constant of the code */
  onAsked(subject: string, reply: Reply): void {
    this.replies.set(subject, { reply, paidUntilMs: Number.NEGATIVE_INFINITY });
  }

  /**
   * @param wait resolves when no more answers are awaited
   * @returns the answers so far, including this hub's, in no particular order
   * @throws NoticeError if the question could not be sent
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
    // The caller waits only as long as it likes, so an answer that fails does no harm.
    else answer.then((text) => this.send(key, text)).catch(() => undefined);
  }

  private send(key: string, answer: string | undefined): void {
    if (answer === undefined || Buffer.byteLength(answer) > MAX_NOTICE_BYTES) return;
    // The same goes for an answer that is lost.
    this.post({ topic: ANSWER_TOPIC, key, body: answer, keepMs: 0 }).catch(() => undefined);
  }

  private gather({ key, body }: Notice): void {
    const answers = this.asked.get(key);
    if (answers !== undefined && answers.length < MAX_ANSWERS) answers.push(body);
  }
}
