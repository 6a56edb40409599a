// A crowd for the console to show: many clients on many channels, some of which publish at a fixed rate. Runs until its
// parent exits.
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** The job from the parent. */
export interface CrowdJob {
  readonly url: string;
  readonly connections: number;
  readonly perChannel: number;
  readonly messagesPerSecond: number;
}

const CONNECTING_AT_ONCE = 64;
const TICK_MS = 10;
const CONTENT = 'x'.repeat(100);

process.once('disconnect', () => process.exit());
const [job] = (await once(process, 'message')) as [CrowdJob];
const clients = await connect(job);
talk(clients, job);
process.send?.('ready');

async function connect({ url, connections, perChannel }: CrowdJob): Promise<WebSocket[]> {
  const clients: WebSocket[] = [];
  let next = 0;
  const connectInTurn = async () => {
    while (next < connections) {
      const channel = `room-${Math.floor(next++ / perChannel)}`;
      const client = new WebSocket(`${url}?channel=${channel}`, { perMessageDeflate: false });
      client.on('error', fail);
      await once(client, 'open');
      client.on('close', (code) => fail(new Error(`a client was closed with ${code}`)));
      // Incoming messages are read and discarded.
      client.on('message', () => undefined);
      clients.push(client);
    }
  };
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connectInTurn));
  return clients;
}

/** Each message comes from another client, so that all channels are active. A late tick sends what is due. */
function talk(clients: readonly WebSocket[], { messagesPerSecond }: CrowdJob): void {
  const began = performance.now();
  let said = 0;
  setInterval(() => {
    const due = ((performance.now() - began) / 1000) * messagesPerSecond;
    while (said < due) clients[said++ % clients.length]?.send(CONTENT);
  }, TICK_MS);
}

function fail(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
