// The hub and two clients in one terminal, after a build, and two links to see them; Ctrl-C stops all three.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { prettyFactory } from 'pino-pretty';
import { escapeControls } from '../dist/server/libs/logging/src/escape-controls.js';

const BIN = fileURLToPath(new URL('../bin/ws-hub.js', import.meta.url));
const PORT = process.env.PORT || '8080';
const ADMIN_PORT = process.env.ADMIN_PORT || '9465';
/** Fewer than the file descriptors of any machine, of which the hub would warn otherwise. */
const MAX_CONNECTIONS = '100';
const EXPLAIN_MAX_BYTES = String(16 * 1024 * 1024);
const URL_OF_HUB = `ws://localhost:${PORT}/ws`;
const NAME_WIDTH = 8;

const pretty = prettyFactory({
  colorize: process.stdout.isTTY,
  ignore: 'pid,hostname,name,event,context',
  translateTime: 'SYS:HH:MM:ss.l',
  timestampKey: 'time',
  errorLikeObjectKeys: [],
  singleLine: true,
});
/** Sessions end with the demo, so a secret of this run will do, and the hub need not warn of that. */
const SECRET = process.env.HUB_SECRET_FILE ? {} : { HUB_SECRET: randomBytes(32).toString('base64') };
const children = [];
let ending = false;

/** Each child has its own process group: the terminal's Ctrl-C reaches only this script, which forwards it once. */
function start(name, args, env = process.env) {
  const child = spawn(process.execPath, [BIN, ...args], {
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface(child.stdout).on('line', (line) => {
    show(name, line);
    if (name === 'hub' && /"event":"listening"/.test(line)) startClients();
  });
  child.on('exit', (code, signal) => childOnExit(name, code, signal));
  children.push(child);
}

/** Only once the hub listens, so that the demo does not begin with failed attempts. */
function startClients() {
  if (ending) return;
  start('client-1', ['client', '--url', URL_OF_HUB]);
  start('client-2', ['client', '--url', URL_OF_HUB]);
}

function show(name, line) {
  process.stdout.write(`${name.padEnd(NAME_WIDTH)} ${pretty(escapeControls(line)).trimEnd()}\n`);
}

/** If one child exits, the others are stopped. */
function childOnExit(name, code, signal) {
  // A child that is stopped before its handlers are installed ends by the signal itself.
  if (ending && (code === 0 || signal === 'SIGTERM')) return;
  process.stdout.write(`${name} ended with ${code ?? signal}; stopping the others\n`);
  process.exitCode = 1;
  end();
}

function end() {
  if (ending) return;
  ending = true;
  for (const child of children) child.kill('SIGTERM');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
process.stdout.write(`Try it:  http://localhost:${PORT}/\nConsole: http://localhost:${ADMIN_PORT}/\n\n`);
start(
  'hub',
  [
    ...['server', '--port', PORT, '--playground', 'true', '--max-connections', MAX_CONNECTIONS],
    ...['--admin-port', ADMIN_PORT, '--explain-max-bytes', EXPLAIN_MAX_BYTES],
  ],
  { ...SECRET, ...process.env },
);
