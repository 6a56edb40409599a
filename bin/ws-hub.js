#!/usr/bin/env node
// The program: runs the command that was built in this very process, so that a signal reaches it.
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';

const COMMANDS = {
  server: 'starts the hub',
  client: 'keeps a connection, sends heartbeats and logs what it hears',
  listen: 'prints what is said on a hub',
  send: 'says a text, or each line of stdin, and waits for the acknowledgement',
  verify: 'talks through a hub while connections break, and counts what was lost',
  'token check': 'says whether a hub accepts a token, until when, and what it allows',
  'token make': 'prints a token for development',
  'key create': 'prints a new API key, and keeps its hash in a file',
  'key list': 'prints the API keys of a file',
  'key revoke': 'takes API keys out of a file',
  password: 'makes the file with the hash of the password of the console',
  explain: 'says what became of a message, for each client',
};
const HELP = `Usage: ws-hub <command> [flags]

${Object.entries(COMMANDS)
  .map(([name, summary]) => `  ws-hub ${name}   ${summary}`)
  .join('\n')}

  ws-hub <command> --help   lists the command's flags and variables
  ws-hub --version          prints the version
`;

/** Those that talk are one application, and so are those about tokens and those about keys; every other command is one of its own. */
const MAINS = {
  listen: 'talk/apps/talk/src/listen/main.js',
  send: 'talk/apps/talk/src/send/main.js',
  'token check': 'token/apps/token/src/check/main.js',
  'token make': 'token/apps/token/src/make/main.js',
  'key create': 'key/apps/key/src/create/main.js',
  'key list': 'key/apps/key/src/list/main.js',
  'key revoke': 'key/apps/key/src/revoke/main.js',
};

/** What `send` ends with when it has not sent what it was to. */
const NOT_SENT = 75;
/** An internal error, to `verify`, whose 0 and 1 are its verdict on the hub. */
const VERIFY_FAILED = 70;

/** Prints one line and ends with an error. */
function fail(message, code = 1) {
  process.stderr.write(`ws-hub: ${message}\n`);
  process.exit(code);
}

/** The exit code of a signal that comes before the command has done anything. */
function endedEarly(signal) {
  if (command === 'send') return NOT_SENT;
  // A verdict that was not reached must not look like a good one.
  return /^(verify|token |key |password|explain)/.test(command) ? 128 + constants.signals[signal] : 0;
}

/** Takes the command off the arguments; some have two words. */
function takeCommand() {
  const [word] = process.argv.splice(2, 1);
  const both = `${word} ${process.argv[2]}`;
  if (!Object.hasOwn(COMMANDS, both)) return word;
  process.argv.splice(2, 1);
  return both;
}

const command = takeCommand();

// A signal before the program has taken over its own: as PID 1 it would be ignored, elsewhere end with an error.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    if (process.listenerCount(signal) > 1) return;
    process.exit(endedEarly(signal));
  });
}

if (command === '--help' || command === '-h') {
  process.stdout.write(HELP);
} else if (command === '--version' || command === '-v') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${version}\n`);
} else if (!Object.hasOwn(COMMANDS, command ?? '')) {
  const got = command === undefined ? 'no command' : `unknown command "${command}"`;
  fail(`${got}; allowed: ${Object.keys(COMMANDS).join(', ')}, --help, --version`);
} else {
  const main = new URL(
    `../dist/${MAINS[command] ?? `${command}/apps/${command}/src/main.js`}`,
    import.meta.url,
  );
  if (!existsSync(main))
    fail('not built yet: run "npm run build" first', command === 'verify' ? VERIFY_FAILED : 1);
  await import(main.href);
}
