import type { Attack } from '../attack.js';
import { AttackSocket, frames, helloOf } from '../attack-socket.js';
import { crowd, pour, within } from '../load.js';

const CLIENTS = { short: 100, long: 1_000 };
const MESSAGES = { short: 500, long: 2_000 };
const CONTENT = 'x'.repeat(100);

/** Well-behaved clients that all lose their connections at once, as when a load balancer restarts. */
export const comebackStorm: Attack = {
  finding: '1.11',
  name: 'a crowd comes back and resumes',
  // All of them connect before the first one sends its hello, and receive nothing else in the meantime.
  env: { HELLO_TIMEOUT: '60000', PING_INTERVAL: '120000' },
  maxP99Ms: 25,
  maxMicrosPerReplayed: 0.4,
  async run({ port, long, begin }) {
    const messages = long ? MESSAGES.long : MESSAGES.short;
    const { socket: speaker, welcome } = await AttackSocket.join(port, { channels: [] });
    const said = frames(messages, (at) =>
      JSON.stringify({ type: 'publish', channel: 'storm', key: String(at), content: CONTENT }),
    );
    await pour(speaker, 10, (at) => (at === 0 ? said : undefined));
    const clients = await crowd(long ? CLIENTS.long : CLIENTS.short, () => AttackSocket.openV1(port));
    const hello = helloOf({ since: welcome.position, channels: ['storm'] });
    await begin();
    const replays = clients.map((client) => client.ask(hello, '"type":"position"'));
    await within(long ? 60_000 : 8_000, Promise.all(replays));
    // Each has received a welcome and a position as well.
    const without = clients.filter((client) => client.messages !== messages + 2).length;
    return without > 0 ? [`${without} of ${clients.length} clients did not get what they missed`] : [];
  },
};
