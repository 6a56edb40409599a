import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { freePort } from '@ws-hub/testing';

const DEMO = fileURLToPath(new URL('../scripts/demo.js', import.meta.url));

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the demo shows two clients that hear each other, and %s ends it',
  async (signal) => {
    const demo = spawn(process.execPath, [DEMO], {
      env: { PATH: process.env.PATH, PORT: String(await freePort()) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(demo, 'exit');
    const hears = new Set<string>();
    let told = false;
    for await (const line of createInterface(demo.stdout)) {
      const [, name] = line.match(/^(client-\d) .*message received/) ?? [];
      if (name) hears.add(name);
      // Once: one that comes while the process is being taken down ends it by itself.
      if (hears.size === 2 && !told) told = demo.kill(signal);
    }
    // stdout ends only when the children, which share it through the demo, have ended too.
    expect(await exited).toEqual([0, null]);
  },
);
