import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MessageLog } from '../log/message-log.js';
import { MAX_NOTICE_BYTES, MAX_NOTICE_KEEP_MS, type Notice } from '../log/notice.js';
import type { Engine } from './message-log.contract.js';
import { NoticeEar } from './notice-ear.js';

const KEEP_MS = 60_000;

/** The contract for the notices of every engine. The parameters are those of `messageLogContract`. */
export function noticeContract(
  name: string,
  make: (limits: object) => Promise<Engine>,
  isShared: boolean,
): void {
  describe(`${name} and its notices`, () => {
    let engine: Engine;
    let ear: NoticeEar;

    beforeEach(async () => {
      engine = await make({});
      ear = await start(engine.log);
    });
    afterEach(() => engine.end());

    async function start(log: MessageLog): Promise<NoticeEar> {
      const ear = new NoticeEar();
      log.listen(ear);
      await log.start();
      return ear;
    }
    const notice = (body: string, change: Partial<Notice> = {}): Notice => ({
      ...{ topic: 'a_topic', key: 'a key', body, keepMs: KEEP_MS },
      ...change,
    });

    test.each([
      ['kept', KEEP_MS],
      ['not kept', 0],
    ])('deliver one that is %s to their own node', async (_what, keepMs) => {
      const [key, body] = ['Zoë 😀 \n.*>', '{"any":"text ⚡\\u0000"}'];
      await engine.log.post(notice(body, { key, keepMs }));
      expect(await ear.heard(body)).toMatchObject({ topic: 'a_topic', key, body });
      expect(ear.notices[0]?.keepMs === 0).toBe(keepMs === 0);
    });

    test('accept the maximum size', async () => {
      const most = 'x'.repeat(MAX_NOTICE_BYTES);
      await engine.log.post(notice(most, { key: most, topic: 'x'.repeat(32), keepMs: MAX_NOTICE_KEEP_MS }));
      expect(await ear.heard(most)).toMatchObject({ key: most });
    });

    test.each<[string, Partial<Notice>, typeof Error]>([
      ['no topic', { topic: '' }, TypeError],
      ['a topic of other characters', { topic: 'a.b' }, TypeError],
      ['a topic that is too long', { topic: 'x'.repeat(33) }, TypeError],
      ['a body that is too long', { body: 'ä'.repeat(MAX_NOTICE_BYTES / 2 + 1) }, RangeError],
      ['a key that is too long', { key: 'x'.repeat(MAX_NOTICE_BYTES + 1) }, RangeError],
      ['a time before now', { keepMs: -1 }, RangeError],
      ['no time', { keepMs: Number.NaN }, RangeError],
      ['too long a time', { keepMs: MAX_NOTICE_KEEP_MS + 1 }, RangeError],
    ])('reject one with %s', async (_what, change, kind) => {
      const error = await engine.log.post(notice('x', change)).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(kind);
      expect(error.message).toMatch(/is not allowed; allowed: /);
      expect(ear.notices).toEqual([]);
    });

    if (!isShared) return;

    test('are delivered to all running nodes', async () => {
      const other = await start(engine.another?.() as MessageLog);
      await engine.log.post(notice('kept'));
      await engine.log.post(notice('not kept', { keepMs: 0 }));
      for (const body of ['kept', 'not kept']) await Promise.all([ear.heard(body), other.heard(body)]);
    });

    test('are delivered to a starting node, before it is ready: the newest kept one of each topic and key', async () => {
      const { log } = engine;
      await log.post(notice('older'));
      await log.post(notice('newer'));
      await log.post(notice('other topic', { topic: 'another' }));
      await log.post(notice('other key', { key: 'another' }));
      await log.post(notice('not kept', { keepMs: 0, key: 'now' }));
      const late = engine.another?.() as MessageLog;
      const { notices } = await start(late);
      expect(late.isReady).toBe(true);
      expect(notices.map(({ body }) => body)).toEqual(['newer', 'other topic', 'other key']);
      for (const { keepMs } of notices) expect(keepMs > 0 && keepMs <= KEEP_MS).toBe(true);
    });
  });
}
