import { beforeEach, describe, expect, test } from '@jest/globals';
import { plainEncoder } from '../encoding/plain.encoder.js';
import { Hub } from '../hub.js';
import { HUB_DEFAULTS } from '../hub-options.js';
import { type MessageLog, memoryLog, NoticeError } from '../log/index.js';
import { ArrayTransport } from '../testing/array-transport.js';
import { TestClock } from '../testing/test-clock.js';
import { testEnvironment } from '../testing/test-environment.js';

const GONE = { code: 4000, reason: 'go away' };

let log: MessageLog;
let hub: Hub;

function join(clientId: string, user?: string): ArrayTransport {
  const transport = new ArrayTransport();
  const access = hub.accessOf({ user });
  hub.join(transport, { clientId, channel: 'main', remoteAddress: '::1', encoder: plainEncoder, access });
  return transport;
}

beforeEach(() => {
  const clock = new TestClock();
  log = memoryLog()(testEnvironment(clock));
  hub = new Hub(HUB_DEFAULTS, log, clock);
});

describe('a disconnect', () => {
  test('ends all connections of a user, and no other', async () => {
    const [one, two, other] = [join('a', 'alice'), join('b', 'alice'), join('c', 'bob')];
    await hub.disconnect({ user: 'alice', ...GONE });
    expect([one.closedWith, two.closedWith, other.closedWith]).toEqual([GONE, GONE, undefined]);
  });

  test('ends the connections of a client', async () => {
    const [one, other] = [join('a'), join('b')];
    await hub.disconnect({ clientId: 'a', ...GONE });
    expect([one.closedWith, other.closedWith]).toEqual([GONE, undefined]);
  });

  test('that another hub was asked for ends connections here', async () => {
    const one = join('a', 'alice');
    await log.post({
      topic: 'disconnect',
      key: 'any',
      body: JSON.stringify({ user: 'alice', ...GONE }),
      keepMs: 0,
    });
    expect(one.closedWith).toEqual(GONE);
  });

  test('takes effect here at once, also if the other hubs cannot be told', async () => {
    log.post = () => Promise.reject(new NoticeError('unavailable', 'away'));
    const one = join('a', 'alice');
    await expect(hub.disconnect({ user: 'alice', ...GONE })).rejects.toThrow(NoticeError);
    expect(one.closedWith).toEqual(GONE);
  });
});
