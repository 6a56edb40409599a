import { fileURLToPath } from 'node:url';
import { apiKeysFile } from '../api-key.js';
import { HUB_PROGRAM } from '../paths.js';
import type { Startable } from '../server-process.js';

/** A server that accepts messages over HTTP. */
export interface HttpServer extends Startable {
  readonly name: string;
  readonly title: string;
  /** Whether it stores messages, so that their number can be checked. */
  readonly hasLog: boolean;
}

function program(name: string): string {
  return fileURLToPath(new URL(`programs/${name}.js`, import.meta.url));
}

const HUB_ARGUMENTS = ['server', '--port', '0', '--host', '127.0.0.1'];
/** The rate of one caller is limited by default; here one caller sends everything. */
const UNBOUNDED = { MAX_MESSAGE_RATE: '0', MAX_BYTE_RATE: '0' };
const hubEnv = () => ({ API_KEYS_FILE: apiKeysFile(), ...UNBOUNDED });

/** The server that the others are compared with. */
export const BARE = 'bare';

export const HTTP_SERVERS: readonly HttpServer[] = [
  {
    name: BARE,
    title: 'Fastify, bare route',
    hasLog: false,
    command: () => [process.execPath, program('bare')],
  },
  {
    name: 'nest',
    title: 'Nest on Fastify, same route',
    hasLog: false,
    command: () => [process.execPath, program('nest')],
  },
  {
    name: 'embedded',
    title: 'ws-hub in Nest on Fastify',
    hasLog: true,
    command: () => [process.execPath, program('embedded')],
    env: () => ({ API_KEYS_FILE: apiKeysFile() }),
  },
  {
    name: 'standalone',
    title: 'ws-hub server',
    hasLog: true,
    command: () => [process.execPath, HUB_PROGRAM, ...HUB_ARGUMENTS],
    env: hubEnv,
  },
];
