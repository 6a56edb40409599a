import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { NatsLink, NatsServer, TestClient, V1Client } from '@ws-hub/testing';
import { figure } from '../faults/figures.js';
import { describeWithNats } from '../nats.js';
import { signToken } from '../tokens.js';
import { NestHub } from './nest-hub.js';

const CONNECTIONS = 50;
const WITHIN_MS = 1_000;
const SLACK_MS = 3_000;
const OLD = { ageMs: 60_000 };

describeWithNats('a revocation', () => {
  let nats: NatsServer;
  let link: NatsLink;
  let hubs: NestHub[] = [];
  beforeEach(async () => {
    nats = await NatsServer.start();
    link = await NatsLink.to(nats.port);
  });
  afterEach(async () => {
    await stopHubs();
    await link.close();
    await nats.end();
  });

  async function startHubs(...natsUrls: string[]): Promise<NestHub[]> {
    hubs = await Promise.all(natsUrls.map((url) => NestHub.start(url)));
    return hubs;
  }

  async function stopHubs(): Promise<void> {
    await Promise.all(hubs.splice(0).map((hub) => hub.stop()));
  }

  test(`of a user with ${CONNECTIONS} connections on three hubs ends all of them permanently`, async () => {
    const three = await startHubs(nats.url, nats.url, nats.url);
    const [token, other] = await Promise.all([signToken('mallory', OLD), signToken('alice', OLD)]);
    const connections = await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, n) => V1Client.join(at(three, n % 3).url, { token })),
    );
    const bystanders = await Promise.all(three.map(({ url }) => V1Client.join(url, { token: other })));
    const startMs = performance.now();
    const revoked = at(three, 0).service.revoke({ user: 'mallory', issuedBefore: new Date() });
    const closed = await Promise.all(connections.map((connection) => connection.closed));
    const closedMs = performance.now() - startMs;
    await revoked;
    figure(
      `revocation of a user with ${CONNECTIONS} connections on 3 hubs: all closed after`,
      closedMs / 1_000,
      's',
    );
    expect(new Set(closed.map(({ code }) => code))).toEqual(new Set([4401]));
    expect(closedMs).toBeLessThan(WITHIN_MS + SLACK_MS);
    for (const bystander of bystanders) await bystander.expectNothing();

    await expectOutEverywhere(three, token);
    await stopHubs();
    const again = await startHubs(nats.url, nats.url, nats.url);
    await expectOutEverywhere(again, token);
    const later = await signToken('mallory');
    for (const { url } of again)
      expect((await V1Client.join(url, { token: later })).welcome.user).toBe('mallory');
  });

  test('without NATS takes effect on its hub, rejects, and reaches the others when NATS is back', async () => {
    const [one, two] = (await startHubs(nats.url, nats.url)) as [NestHub, NestHub];
    const token = await signToken('mallory', OLD);
    const [here, there] = await Promise.all([one, two].map(({ url }) => V1Client.join(url, { token })));
    const lost = [one, two].map((hub) => hub.event('log_lost'));
    await nats.kill();
    await Promise.all(lost);
    const revocation = { user: 'mallory', issuedBefore: new Date() };
    const rejected = expect(one.service.revoke(revocation)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await here?.closed)?.code).toBe(4401);
    await expectOut(one, token);
    await rejected;
    await there?.expectNothing();

    const back = [one, two].map((hub) => hub.event('log_connected'));
    await nats.run();
    await Promise.all(back);
    expect((await there?.closed)?.code).toBe(4401);
    await expectOutEverywhere([one, two], token);
  });

  test('made while a hub is cut off from NATS reaches it when it is back', async () => {
    const [one, two] = (await startHubs(nats.url, link.url)) as [NestHub, NestHub];
    const token = await signToken('mallory', OLD);
    const mallory = await V1Client.join(two.url, { token });
    const lost = two.event('log_lost');
    link.cut(true);
    await lost;
    await one.service.revoke({ user: 'mallory', issuedBefore: new Date() });
    await expectOut(one, token);
    await mallory.expectNothing();
    link.mend();
    expect((await mallory.closed).code).toBe(4401);
    await two.event('log_connected');
    await expectOut(two, token);
  });
});

function at(hubs: readonly NestHub[], place: number): NestHub {
  return hubs[place] as NestHub;
}

async function expectOutEverywhere(hubs: readonly NestHub[], token: string): Promise<void> {
  for (const hub of hubs) {
    await expectOut(hub, token);
    await expect(TestClient.connect(`${hub.url}?access_token=${token}`)).rejects.toThrow('401');
  }
}

/** A handshake may also be answered with 503, because the log is unreachable. */
async function expectOut({ url }: NestHub, token: string): Promise<void> {
  const client = await V1Client.open(url);
  client.send({ type: 'hello', token });
  expect((await client.closed).code).toBe(4401);
}
