import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NatsServer, onPath, V1Client } from '@ws-hub/testing';
import { readGuide } from './guide.js';
import { Walk } from './walk.js';

// That both are there where CI is set are tests of cluster.e2e-spec.ts and guides/proxies.e2e-spec.ts.
const missing = [
  ...(NatsServer.isInstalled ? [] : ['nats-server']),
  ...(onPath('haproxy') === undefined ? ['haproxy'] : []),
];
if (missing.length > 0)
  process.stderr.write(`no ${missing.join(', ')}, so docs/guides/cluster-on-one-machine.md was not tried\n`);

(missing.length > 0 ? describe.skip : describe)('three hubs on one machine', () => {
  let walk: Walk;
  const at = (port: string) => `ws://127.0.0.1:${walk.ports.of(port)}/ws`;
  beforeAll(async () => {
    const guide = readGuide('cluster-on-one-machine');
    walk = await Walk.begin(guide);
    for (const step of guide.steps) await walk.take(step);
  });
  afterAll(() => walk?.end());

  test('are one conversation, as the guide shows, and a client resumes at another one', async () => {
    const alice = await V1Client.join(at('8081'));
    const bob = await V1Client.join(at('8082'));
    bob.publish('1', 'before');
    expect(await alice.next('message')).toMatchObject({ content: 'before' });
    await alice.close();
    await bob.next('ack');
    bob.publish('2', 'while she was away');
    const { id } = await bob.next('ack');
    const { session, position: since } = alice.welcome;
    const back = await V1Client.join(at('8083'), { session, since });
    expect(back.welcome).toMatchObject({ recovered: true, client_id: alice.welcome.client_id });
    expect(await back.take(2)).toMatchObject([{ content: 'before' }, { content: 'while she was away', id }]);
    await Promise.all([back.close(), bob.close()]);
  });

  test('send their clients to the others when one is stopped', async () => {
    const alice = await V1Client.join(at('8082'));
    const bob = await V1Client.join(at('8083'));
    walk.signal('hub-2', 'SIGINT');
    expect(await alice.closed).toMatchObject({ code: 1012 });
    bob.publish('3', 'still here');
    await bob.next('ack');
    const back = await V1Client.join(at('8081'), { since: alice.welcome.position });
    expect(await back.next('message')).toMatchObject({ content: 'still here' });
    await Promise.all([back.close(), bob.close()]);
  });
});
