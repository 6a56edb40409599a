import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { SystemClock } from '@ws-hub/hub';
import { LedgerCandidate, ledgerContract } from '@ws-hub/hub/testing';
import { NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { JetStreamLedger } from '../src/ledger/jetstream-ledger.js';
import { JETSTREAM_DEFAULTS, type JetStreamOptions } from '../src/options.js';

const SECRET = 'a secret of more than thirty-two bytes';
const OTHER = 'another secret of more than thirty-two bytes';
const TIMES = { leaseMs: 600, renewMs: 50 };

/** The ledger of one hub, whose connection to NATS can be cut. */
interface LedgerOfHub {
  readonly ledger: JetStreamLedger;
  readonly candidate: LedgerCandidate;
  isCutOff: boolean;
}

describeWithNats('the ledger in JetStream', () => {
  let nats: NatsServer;
  let connection: NatsConnection;
  let manager: JetStreamManager;
  const open: JetStreamLedger[] = [];
  let names = 0;

  beforeAll(async () => {
    nats = await NatsServer.start();
    connection = await connect({ servers: nats.url });
    manager = await jetstreamManager(connection);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((ledger) => ledger.end()));
  });
  afterAll(async () => {
    await connection.close();
    await nats.end();
  });

  function make(name: string, options: Partial<JetStreamOptions> = {}): LedgerOfHub {
    const settings = {
      ...{ ...JETSTREAM_DEFAULTS, natsUrls: [nats.url], hubSecret: SECRET },
      ...{ natsStream: name, natsSubjectPrefix: name, ...options },
    };
    const way = { client: jetstream(connection), manager };
    const hub: LedgerOfHub = {
      ledger: new JetStreamLedger(
        settings,
        new SystemClock(),
        { way: () => (hub.isCutOff ? undefined : way), refused: () => undefined },
        TIMES,
      ),
      candidate: new LedgerCandidate(),
      isCutOff: false,
    };
    open.push(hub.ledger);
    return hub;
  }
  function apply(name: string, options: Partial<JetStreamOptions> = {}): LedgerOfHub {
    const hub = make(name, options);
    hub.ledger.lead(hub.candidate);
    return hub;
  }
  const newName = () => `ledger-${++names}`;

  ledgerContract(
    'the ledger in JetStream',
    async () => {
      const name = newName();
      const { ledger } = make(name);
      return { ledger, another: () => make(name).ledger, end: async () => undefined };
    },
    true,
  );

  test('passes the lead on when its holder is silent, and the holder knows it before', async () => {
    const name = newName();
    const first = apply(name);
    const lead = await first.candidate.lead();
    await lead.set('a', 'b');
    const other = apply(name);
    first.isCutOff = true;
    const next = await other.candidate.lead();
    expect([lead.isHeld, first.candidate.hasLead]).toEqual([false, false]);
    await expect(lead.set('a', 'too late')).rejects.toMatchObject({ code: 'lost' });
    expect([...next.entries]).toEqual([['a', 'b']]);
    first.isCutOff = false;
    await other.ledger.end();
    await first.candidate.lead();
  });

  test('accepts nothing of a holder that does not know yet that another hub has written', async () => {
    const name = newName();
    const first = apply(name);
    const lead = await first.candidate.lead();
    await lead.set('a', 'b');
    const { subject, header, data } = await lastOf(name);
    const copied = headers();
    copied.set('Hub-Mac', header.get('Hub-Mac'));
    await jetstream(connection).publish(subject, data, { headers: copied });
    expect(lead.isHeld).toBe(true);
    await expect(lead.set('a', 'c')).rejects.toMatchObject({ code: 'lost' });
    expect(lead.isHeld).toBe(false);
    const again = await first.candidate.lead();
    expect([...again.entries]).toEqual([['a', 'b']]);
    await again.set('a', 'c');
  });

  test('skips what no hub has written, and writes over it', async () => {
    const name = newName();
    const first = apply(name);
    await (await first.candidate.lead()).set('a', 'b');
    await first.ledger.end();
    const { subject } = await lastOf(name);
    await jetstream(connection).publish(subject, '{"key":"a","value":"forged"}');
    const next = apply(name);
    const lead = await next.candidate.lead();
    expect([[...lead.entries], next.ledger.skipped]).toEqual([[], 1]);
    await lead.set('a', 'c');
    expect([...lead.entries]).toEqual([['a', 'c']]);
  });

  test('is read after the secret was changed, and then without the former one', async () => {
    const name = newName();
    const before = apply(name);
    await (await before.candidate.lead()).set('a', 'b');
    await before.ledger.end();
    const during = apply(name, { hubSecret: OTHER, hubSecretPrevious: SECRET });
    expect([...(await during.candidate.lead()).entries]).toEqual([['a', 'b']]);
    await during.ledger.end();
    const after = apply(name, { hubSecret: OTHER });
    expect([...(await after.candidate.lead()).entries]).toEqual([['a', 'b']]);
  });

  /** The newest entry in the stream. */
  async function lastOf(name: string) {
    const found = await manager.streams.getMessage(`${name}-ledger`, {
      last_by_subj: `${name}-ledger.entry.*`,
    });
    if (found === null || found === undefined) throw new Error('there is no entry');
    return found;
  }
});
