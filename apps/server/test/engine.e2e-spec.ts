import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { StartError } from '@ws-hub/config';
import { MessageLog } from '@ws-hub/hub';
import { NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { startHubIn } from './start-hub.js';

describeWithNats('a hub with its log in NATS', () => {
  let nats: NatsServer;
  let env: Record<string, string>;

  beforeAll(async () => {
    nats = await NatsServer.start();
    env = { NATS_URL: nats.url, HUB_SECRET: 'a secret of more than thirty-two bytes' };
  });
  afterAll(() => nats.end());

  test('starts the log before it listens, and ends it when it ends', async () => {
    const { app, close } = await startHubIn(env);
    const log = app.get(MessageLog);
    expect(log.isReady).toBe(true);
    await close();
    expect(log.isReady).toBe(false);
    await log.stop();
  });

  test('starts with a new secret beside the one that the other hubs have, and not with the new one alone', async () => {
    const flags = ['--nats-stream', 'rotated', '--nats-subject-prefix', 'rotated'];
    const renewed = { ...env, HUB_SECRET: 'another secret of more than thirty-two bytes' };
    const hubs = [await startHubIn(env, ...flags)];
    await expect(startHubIn(renewed, ...flags)).rejects.toThrow('HUB_SECRET');
    hubs.push(await startHubIn({ ...renewed, HUB_SECRET_PREVIOUS: env.HUB_SECRET ?? '' }, ...flags));
    expect(hubs.map(({ app }) => app.get(MessageLog).isReady)).toEqual([true, true]);
    for (const { close } of hubs) await close();
  });

  test('does not start with what the log tells its operator to mend', async () => {
    const start = startHubIn(env, '--max-payload', '1048576');
    await expect(start).rejects.toThrow(StartError);
    await expect(start).rejects.toThrow('MAX_PAYLOAD (--max-payload): "1048576" is not allowed');
  });
});
