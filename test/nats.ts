import { describe, expect, test } from '@jest/globals';
import { NatsServer } from '@ws-hub/testing';

const NOTICE = 'no nats-server on PATH, so nothing was tried with it: npm run setup:test';

/** Tests that need a NATS server: skipped with a visible line if there is none, required where CI is set. */
export function describeWithNats(name: string, tests: () => void): void {
  if (NatsServer.isInstalled) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`${NOTICE}\n`);
  test('nats-server is installed, where CI is set', () => {
    expect({ isMissing: Boolean(process.env.CI), NOTICE }).toMatchObject({ isMissing: false });
  });
  describe.skip(name, tests);
}
