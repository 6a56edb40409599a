import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { apiKeysFile } from './api-key.js';
import type { DialectName } from './generator/dialect.js';
import { HUB_PROGRAM, PEERS_DIR } from './paths.js';
import type { Startable } from './server-process.js';
import { traceSink } from './trace-sink.js';

/** A server that can be measured. */
export interface ServerSpec extends Startable {
  readonly name: string;
  readonly title: string;
  readonly dialect: DialectName;
  /** Runs without the packages that `npm install` in bench/peers installs. */
  readonly standalone: boolean;
  /** Only measured if it is named. */
  readonly onRequest?: boolean;
  /** The secret with which clients sign their tokens; without it there are no tokens. */
  readonly tokenSecret?: string;
}

/** The hub with its defaults: no flag but the address. */
const hub: ServerSpec = {
  name: 'hub',
  title: 'ws-hub',
  dialect: 'plain',
  standalone: true,
  command: () => [process.execPath, HUB_PROGRAM, 'server', '--port', '0', '--host', '127.0.0.1'],
};

/** For operators with many idle clients: half the memory per client, for some CPU. */
const leanHub: ServerSpec = {
  ...hub,
  name: 'hub-lean',
  title: 'ws-hub, --max-semi-space-size=1',
  onRequest: true,
  command: () => hub.command().toSpliced(1, 0, '--max-semi-space-size=1'),
};

/** The same hub with its other dialect. */
const v1Hub: ServerSpec = {
  ...hub,
  name: 'hub-v1',
  title: 'ws-hub, hub.v1',
  onRequest: true,
  dialect: 'hub.v1',
};

/** The same hub with HTTP, which requires a key file. Its listeners send no credentials, like the clients of the others. */
const sseHub: ServerSpec = {
  ...hub,
  name: 'hub-sse',
  title: 'ws-hub, listeners on SSE',
  onRequest: true,
  dialect: 'sse',
  env: () => ({ API_KEYS_FILE: apiKeysFile() }),
};

/** Only used by the benchmark. */
const TOKEN_SECRET = 'lantern-41-gravel-orchid-tundra-piano';

/** The same hub, with a different user and rights for each client. */
const withTokens = {
  onRequest: true,
  env: () => ({ AUTH: 'required', JWT_SECRET: TOKEN_SECRET }),
  tokenSecret: TOKEN_SECRET,
};
const authHub: ServerSpec = { ...hub, ...withTokens, name: 'hub-auth', title: 'ws-hub, AUTH=required' };
const authV1Hub: ServerSpec = {
  ...v1Hub,
  ...withTokens,
  name: 'hub-auth-v1',
  title: 'ws-hub, AUTH=required, hub.v1',
};

/** The same hub, tracing one message in a hundred. */
const tracedHub: ServerSpec = {
  ...hub,
  name: 'hub-traced',
  title: 'ws-hub, traces of 1 %',
  onRequest: true,
  env: () => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: traceSink(),
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.01',
  }),
};

/** The same hub with recording, so that it can explain what happened to a message. */
const explainHub: ServerSpec = {
  ...hub,
  name: 'hub-explain',
  title: 'ws-hub, EXPLAIN_MAX_BYTES=33554432',
  onRequest: true,
  env: () => ({ EXPLAIN_MAX_BYTES: '33554432' }),
};

/** Another build of the hub, such as that of the previous commit, to compare in one run. */
const otherHub: ServerSpec = {
  ...hub,
  name: 'hub-other',
  title: 'ws-hub, the build that HUB_OTHER names',
  onRequest: true,
  command: () => hub.command().with(1, otherProgram()),
};

function otherProgram(): string {
  const program = process.env.HUB_OTHER;
  if (program === undefined || !existsSync(program))
    throw new Error('HUB_OTHER must name the bin/ws-hub.js of another build');
  return program;
}

function peer(name: string, title: string, change: Partial<ServerSpec> = {}): ServerSpec {
  const program = join(PEERS_DIR, `${name}.js`);
  const command = () => [process.execPath, program, '0'];
  return { name, title, dialect: 'plain', standalone: false, command, ...change };
}

export const SERVERS: readonly ServerSpec[] = [
  hub,
  leanHub,
  v1Hub,
  sseHub,
  authHub,
  authV1Hub,
  tracedHub,
  { ...tracedHub, name: 'hub-traced-v1', title: `${tracedHub.title}, hub.v1`, dialect: 'hub.v1' },
  explainHub,
  { ...explainHub, name: 'hub-explain-v1', title: `${explainHub.title}, hub.v1`, dialect: 'hub.v1' },
  otherHub,
  { ...otherHub, name: 'hub-other-v1', title: `${otherHub.title}, hub.v1`, dialect: 'hub.v1' },
  // Without the peers' packages it uses the project's own ws.
  peer('ws', 'ws, for … send', { standalone: true }),
  peer('nest', 'Nest gateway, same loop'),
  peer('socketio', 'Socket.IO', { dialect: 'socket.io' }),
  peer('uws', 'uWebSockets.js publish'),
  peer('bun', 'Bun publish', { command: () => [bunProgram(), join(PEERS_DIR, 'bun.js'), '0'] }),
];

/** Bun's install script, which moves its binary, may be blocked. The binary is in the platform's package either way. */
function bunProgram(): string {
  const packages = join(PEERS_DIR, 'node_modules/@oven');
  const names = existsSync(packages) ? readdirSync(packages) : [];
  const program = names.map((name) => join(packages, name, 'bin/bun')).find((file) => existsSync(file));
  if (program === undefined) throw new Error('no binary of bun for this system');
  return program;
}
