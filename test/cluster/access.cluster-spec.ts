import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { NatsServer, V1Client } from '@ws-hub/testing';
import { describeWithNats } from '../nats.js';
import { LISTENING, signToken } from '../tokens.js';
import { NestHub } from './nest-hub.js';

const FORMER = 'amber-quarry-73-willow-anchor-fjord';
const CURRENT = 'indigo-terrace-29-badger-silo-mint';
const listening = { rights: LISTENING };

describeWithNats('hubs that require tokens and share a log', () => {
  let nats: NatsServer;
  const hubs: NestHub[] = [];
  beforeEach(async () => {
    nats = await NatsServer.start();
  });
  afterEach(async () => {
    await Promise.all(hubs.splice(0).map((hub) => hub.stop()));
    await nats.end();
  });

  async function startHub(secrets = {}): Promise<NestHub> {
    const hub = await NestHub.start(nats.url, secrets);
    hubs.push(hub);
    return hub;
  }

  const twoHubs = () => Promise.all([startHub(), startHub()]);

  test('resume a client that renewed its token on another one, and may only listen', async () => {
    const [one, two] = await twoHubs();
    const bob = await V1Client.join(two.url, { token: await signToken('bob') });
    const alice = await V1Client.join(one.url, { token: await signToken('alice', listening) });
    const renewed = await signToken('alice', listening);
    alice.send({ type: 'auth', token: renewed });
    expect(await alice.next('authorized')).toMatchObject({ user: 'alice' });
    bob.publish('k1', 'heard');
    const { id: since } = await alice.next('message');
    alice.socket.terminate();
    await bob.next('ack');
    bob.publish('k2', 'missed');
    await bob.next('ack');
    const { session, client_id } = alice.welcome;
    const again = await V1Client.join(two.url, { token: renewed, session, since });
    expect(again.welcome).toMatchObject({ recovered: true, client_id, user: 'alice' });
    expect(await again.next('message')).toMatchObject({ content: 'missed', user: 'bob' });

    const stranger = await V1Client.join(two.url, { token: renewed, since });
    expect(stranger.welcome.recovered).toBe(false);
  });

  test('reject the session of another user, whichever of them gets it', async () => {
    const [one, two] = await twoHubs();
    const { session, client_id } = (await V1Client.join(one.url, { token: await signToken('alice') }))
      .welcome;
    const token = await signToken('mallory');
    const mallory = await V1Client.open(two.url);
    mallory.send({ type: 'hello', token, session });
    expect(await mallory.next('error')).toMatchObject({ code: 'bad_session' });
    mallory.send({ type: 'hello', token });
    const welcome = await mallory.next('welcome');
    expect(welcome.user).toBe('mallory');
    expect(welcome.client_id).not.toBe(client_id);
  });

  test('deliver the user of a message on all of them, live and from the log', async () => {
    const [one, two] = await twoHubs();
    const [alice, bob] = await Promise.all([
      V1Client.join(one.url, { token: await signToken('alice') }),
      V1Client.join(two.url, { token: await signToken('bob') }),
    ]);
    alice.publish('k', 'hello');
    const message = { content: 'hello', user: 'alice', client_id: alice.welcome.client_id };
    expect(await bob.next('message')).toMatchObject(message);
    const { position: since } = bob.welcome;
    for (const { url } of [one, two, await startHub()]) {
      const late = await V1Client.join(url, { token: await signToken('carol'), since });
      expect(await late.next('message')).toMatchObject(message);
    }
  });

  test('accept sessions, messages and revocations from before their secret was changed', async () => {
    const before = await startHub({ hubSecret: FORMER });
    const token = await signToken('alice', listening);
    const old = { ageMs: 60_000 };
    const alice = await V1Client.join(before.url, { token });
    const bob = await V1Client.join(before.url, { token: await signToken('bob') });
    await before.service.revoke({ user: 'mallory', issuedBefore: new Date() });
    const { session, position: since, client_id } = alice.welcome;
    bob.publish('k', 'missed');
    await bob.next('ack');
    await before.stop();
    hubs.splice(0);

    const after = await startHub({ hubSecret: CURRENT, hubSecretPrevious: FORMER });
    const again = await V1Client.join(after.url, { token, session, since });
    expect(again.welcome).toMatchObject({ recovered: true, client_id, user: 'alice' });
    expect(await again.next('message')).toMatchObject({ content: 'missed', user: 'bob' });
    // The new session is proved with the current secret.
    expect(again.welcome.session).not.toBe(session);
    const mallory = await V1Client.open(after.url);
    mallory.send({ type: 'hello', token: await signToken('mallory', old) });
    expect((await mallory.closed).code).toBe(4401);
  });
});
