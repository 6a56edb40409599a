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
    const [PORT, ADMIN_PORT] = [String(await freePort()), String(await freePort())];
    // Not the default, which hubs of other tests may have at this moment.
    const METRICS_PORT = String(await freePort());
    const demo = spawn(process.execPath, [DEMO], {
      env: { PATH: process.env.PATH, PORT, ADMIN_PORT, METRICS_PORT },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(demo, 'exit');
    const hears = new Set<string>();
    const lines: string[] = [];
    const statuses: Record<string, number> = {};
    let told = false;
    for await (const line of createInterface(demo.stdout)) {
      lines.push(line);
      const [, name] = line.match(/^(client-\d) .*message received/) ?? [];
      if (name) hears.add(name);
      if (hears.size === 2 && !told)
        for (const port of [PORT, ADMIN_PORT])
          statuses[port] = (await fetch(`http://localhost:${port}/`)).status;
      // Once: one that comes while the process is being taken down ends it by itself.
      if (hears.size === 2 && !told) told = demo.kill(signal);
    }
    // stdout ends only when the children, which share it through the demo, have ended too.
    expect(await exited).toEqual([0, null]);
    expect(lines.slice(0, 2)).toEqual([
      `Try it:  http://localhost:${PORT}/`,
      `Console: http://localhost:${ADMIN_PORT}/`,
    ]);
    expect(statuses).toEqual({ [PORT]: 200, [ADMIN_PORT]: 200 });
    const beforeEnd = lines.slice(0, 1 + lines.findIndex((line) => / message received/.test(line)));
    expect(beforeEnd.filter((line) => /WARN|ERROR|ECONNREFUSED/.test(line))).toEqual([]);
  },
);
