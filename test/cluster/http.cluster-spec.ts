import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { KeyFile, V1Client } from '@ws-hub/testing';
import { figure } from '../faults/figures.js';
import { describeWithNats } from '../nats.js';
import { Cluster } from './cluster.js';

const TRIES = 100;
/** One in so many attempts is cut while it is sent. */
const CUT_EVERY = 5;
const [NATS_ENDS, NATS_IS_BACK, HUB_ENDS, HUB_IS_BACK] = [30, 34, 60, 70];
const PATH = '/v1/channels/main/messages';

/** The result of an attempt: status and body of the response, or undefined if its connection was cut. */
interface Tried {
  readonly status?: number | undefined;
  readonly body?: { readonly id?: string; readonly duplicate?: boolean };
}

describeWithNats('a message over HTTP', () => {
  const keys = new KeyFile();
  const headers = { 'X-API-Key': keys.add('backend', 'publish:>, history:>'), 'Content-Type': 'text/plain' };
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await Cluster.start(2, undefined, '--api-keys-file', keys.path);
  });
  afterEach(() => cluster.end());

  /**
   * On a connection of its own, so that the hubs take turns. @param isCut cuts it while it is sent: the response is
   * lost
   */
  function publish(isCut = false): Promise<Tried> {
    const options = { host: '127.0.0.1', port: cluster.proxy.port, path: PATH, method: 'POST', agent: false };
    return new Promise((resolve) => {
      const sent = request(
        { ...options, headers: { ...headers, 'Idempotency-Key': 'order-1' } },
        (answer) => {
          let text = '';
          answer.on('data', (chunk) => (text += chunk));
          answer.on('end', () => resolve({ status: answer.statusCode, body: JSON.parse(text) }));
          answer.on('error', () => resolve({}));
        },
      );
      sent.on('error', () => resolve({})).on('finish', () => isCut && sent.destroy(new Error('cut')));
      sent.end('the order');
    });
  }

  async function trouble(nth: number): Promise<void> {
    if (nth === NATS_ENDS) await cluster.nats.kill();
    if (nth === NATS_IS_BACK) await cluster.nats.run();
    if (nth === HUB_ENDS) await cluster.hub(0).kill();
    if (nth === HUB_IS_BACK) await cluster.startHub(0);
  }

  test(`that is sent ${TRIES} times, through cuts and while NATS and a hub start again, is one message`, async () => {
    const alice = await V1Client.join(cluster.urlOf(1));
    const tried: Promise<Tried>[] = [];
    for (let nth = 0; nth < TRIES; nth++) {
      await trouble(nth);
      const answer = publish(nth % CUT_EVERY === 0);
      tried.push(answer);
      // Without NATS they wait for it together.
      if (nth < NATS_ENDS || nth >= NATS_IS_BACK) await answer;
    }
    const all = await Promise.all(tried);
    const stored = all.filter(({ status }) => status === 200);
    figure(`${TRIES} tries of one HTTP publish over 2 hubs: answered`, stored.length, '');
    const others = all.filter(({ status }) => status !== 200 && status !== 503);
    expect(others).toEqual(new Array(TRIES / CUT_EVERY).fill({}));
    expect(new Set(stored.map(({ body }) => body?.id)).size).toBe(1);
    expect((await publish()).body).toMatchObject({ duplicate: true });

    expect(await alice.next('message')).toMatchObject({ client_id: 'key.backend', content: 'the order' });
    await alice.expectNothing();
    for (const at of [0, 1]) {
      const history = await fetch(`${cluster.urlOf(at).replace('ws:', 'http:').replace('/ws', PATH)}`, {
        headers,
      });
      expect(await history.json()).toMatchObject({ messages: [{ content: 'the order' }] });
    }
  });
});
