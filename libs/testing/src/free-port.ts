import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Ports below the ephemeral range (Linux: from 32,768): a connection of another test could take one of those before the
 * server listens.
 */
const [FIRST, BEYOND] = [10_000, 32_768];
const MAX_TRIES = 100;

/** A port that nobody listens on, for a program that must restart on the same one. */
export async function freePort(): Promise<number> {
  for (let at = 0; at < MAX_TRIES; at++) {
    const port = randomInt(FIRST, BEYOND);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${MAX_TRIES} ports was free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    // The port is taken: the next one is tried.
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
