import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { run } from '../src/generator/run.js';
import type { Job, Measurement } from '../src/job.js';

/** Takes out of a client's waiting texts what it is sent now; what it leaves there waits for the next message. */
type Tamper = (client: number, waiting: string[]) => string[];

interface Trial {
  readonly tamper?: Tamper;
  readonly load?: Job['load'];
  readonly talkers?: number;
  readonly echo?: boolean;
}

const CLIENTS = 5;
/** The client that is treated badly: neither the observer nor a talker. */
const VICTIM = CLIENTS - 1;
const BY_CLOCK = { kind: 'open', perSecond: 200 } as const;
const AS_HEARD = { kind: 'closed', outstanding: 4 } as const;
const everything: Tamper = (_, waiting) => waiting.splice(0);

let server: WebSocketServer;

afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

/** Measures a broadcast server that does to its messages what the test wants. */
async function measure(trial: Trial): Promise<Measurement> {
  const { tamper = everything, load = BY_CLOCK, talkers = 1, echo = false } = trial;
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const waiting = new Map<WebSocket, string[]>();
  server.on('connection', (sender) => {
    waiting.set(sender, []);
    sender.on('message', (data) => {
      [...waiting].forEach(([client, texts], index) => {
        if (client === sender && !echo) return;
        texts.push(JSON.stringify({ client_id: 'a', timestamp: 1, content: data.toString() }));
        for (const text of tamper(index, texts)) client.send(text);
      });
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const times = { warmUpMs: 50, measureMs: 200, drainMs: 300 };
  const target = { host: '127.0.0.1', port, serverPid: process.pid, dialect: 'plain' } as const;
  return run({ ...target, ...times, clients: CLIENTS, talkers, payloadBytes: 128, load });
}

/** Harms the victim once, as soon as `harm` finds what it needs among the waiting texts. */
function harmOnce(harm: (waiting: string[]) => string[] | undefined): Tamper {
  let done = false;
  return (client, waiting) => {
    if (client !== VICTIM || done) return everything(client, waiting);
    const harmed = harm(waiting);
    if (harmed === undefined) return [];
    done = true;
    waiting.length = 0;
    return harmed;
  };
}

test.each([
  ['by the clock', { load: BY_CLOCK, talkers: 1 }],
  ['as fast as it is heard', { load: AS_HEARD, talkers: 1 }],
  ['by everybody', { load: BY_CLOCK, talkers: CLIENTS }],
])('an honest server has no faults when messages are said %s', async (_, trial) => {
  const measured = await measure(trial);
  expect(measured).toMatchObject({ lost: 0, duplicates: 0, outOfOrder: 0, drained: true });
  expect(measured.deliveries).toBeGreaterThan(0);
  expect(measured.followers).toBe(CLIENTS - trial.talkers);
});

const none = { lost: 0, duplicates: 0, outOfOrder: 0 };

test.each([
  ['lost', (_: string[]) => [], { ...none, lost: 1, drained: false }],
  ['repeated', ([first = '']: string[]) => [first, first], { ...none, duplicates: 1 }],
  [
    'overtaken',
    ([first, second]: string[]) => (first && second ? [second, first] : undefined),
    { ...none, outOfOrder: 1 },
  ],
])('one message that is %s is counted', async (_, harm, faults) => {
  expect(await measure({ tamper: harmOnce(harm), load: BY_CLOCK })).toMatchObject(faults);
  server.close();
  expect(await measure({ tamper: harmOnce(harm), load: AS_HEARD })).toMatchObject(faults);
});

test('a talker that receives its own messages is counted', async () => {
  const { duplicates, lost } = await measure({ echo: true });
  expect(duplicates).toBeGreaterThan(0);
  expect(lost).toBe(0);
});

test('a message that nobody sent ends the run', async () => {
  const forge: Tamper = (_, waiting) => waiting.splice(0).map((text) => text.replace(/@\d{5}/, '@00007'));
  await expect(measure({ tamper: forge })).rejects.toThrow('of talker 7 was never sent');
});
