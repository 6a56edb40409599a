#!/usr/bin/env node
// The program: runs the command that was built in this very process, so that a signal reaches it.
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';

const COMMANDS = {
  server: 'starts the hub',
  client: 'keeps a connection, sends heartbeats and logs the messages it receives',
  listen: 'prints the messages of a hub',
  send: 'publishes a text, or each line of stdin, and waits for the acknowledgement',
  verify: 'publishes through a hub while connections break, and counts what was lost',
  'token check': 'shows whether a hub accepts a token, until when, and what it allows',
  'token make': 'prints a token for development',
  'key create': 'prints a new API key and stores its hash in a file',
  'key list': 'lists the API keys in a file',
  'key revoke': 'removes API keys from a file',
  password: 'writes the password hash for the console to a file',
  explain: 'shows what became of a message, for each client',
};

/** Commands that share an application; every other command has its own. */
const MAINS = {
  listen: 'talk/apps/talk/src/listen/main.js',
  send: 'talk/apps/talk/src/send/main.js',
  'token check': 'token/apps/token/src/check/main.js',
  'token make': 'token/apps/token/src/make/main.js',
  'key create': 'key/apps/key/src/create/main.js',
  'key list': 'key/apps/key/src/list/main.js',
  'key revoke': 'key/apps/key/src/revoke/main.js',
};

/** The exit code of `send` when messages were not sent. */
const NOT_SENT = 75;
/** The exit code of `verify` for an internal error; its 0 and 1 are the verdict on the hub. */
const VERIFY_FAILED = 70;

/** Prints one line on stderr and exits. */
function fail(message, code = 1) {
  process.stderr.write(`ws-hub: ${message}\n`);
  process.exit(code);
}

/** The exit code for a signal that arrives before the command has done anything. */
function endedEarly(signal) {
  if (command === 'send') return NOT_SENT;
  // Without a verdict, the exit code must not look like a good one.
  return /^(verify|token |key |password|explain)/.test(command) ? 128 + constants.signals[signal] : 0;
}

/** Whether one of these flags was given; what follows `--` is not a flag. */
function hasFlag(args, ...flags) {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? undefined : end).some((arg) => flags.includes(arg));
}

/** Splits the arguments into the command, which has one or two words, and the rest. */
function splitCommand([word, second, ...others]) {
  const both = `${word} ${second}`;
  if (Object.hasOwn(COMMANDS, both)) return [both, others];
  return [word, second === undefined ? [] : [second, ...others]];
}

/** `ws-hub help COMMAND` is `ws-hub COMMAND --help`. */
function withoutHelp([word, ...others]) {
  return word === 'help' && others.length > 0 ? [...others, '--help'] : [word, ...others];
}

/** The commands whose first word this is. */
function commandsOf(group) {
  return Object.keys(COMMANDS).filter((name) => name.startsWith(`${group} `));
}

function helpText(names) {
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => `  ws-hub ${name.padEnd(width)}   ${COMMANDS[name]}`);
  return `Usage: ws-hub <command> [flags]

${lines.join('\n')}

  ws-hub help <command>   lists the flags and variables of a command
  ws-hub --version        prints the version
`;
}

/** Why these words are no command, and what may have been meant. */
async function unknownCommand(word, [second = '']) {
  const group = commandsOf(word);
  if (group.length > 0 && (second === '' || second.startsWith('-')))
    return `incomplete command "${word}"; allowed: ${group.join(', ')}`;
  const pair = `${word} ${second}`;
  // The first word may be that of a pair, such as `token check`.
  const suggestion = (await suggestionFor(pair.trim())) || (await suggestionFor(word));
  const typed = group.length > 0 ? pair : word;
  return `unknown command "${typed}"${suggestion === '' ? '; s' : `${suggestion} S`}ee ws-hub help`;
}

/** The module is part of what is built; without a build there is no suggestion. */
async function suggestionFor(typed) {
  const module = new URL('../dist/server/libs/config/src/did-you-mean.js', import.meta.url);
  if (!existsSync(module)) return '';
  const { didYouMean } = await import(module.href);
  const groups = Object.keys(COMMANDS).filter((name) => name.includes(' '));
  const firstWords = new Set(groups.map((name) => name.split(' ', 1)[0]));
  return didYouMean(typed, [...Object.keys(COMMANDS), ...firstWords, 'help']);
}

function printVersion() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${version}\n`);
}

const [command, args] = splitCommand(withoutHelp(process.argv.slice(2)));
process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);

// For a signal that arrives before the program has its own handlers: PID 1 would ignore it, any other process would fail.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    if (process.listenerCount(signal) > 1) return;
    process.exit(endedEarly(signal));
  });
}

if (command === undefined) {
  // Nothing was done, so this is not a success.
  process.stdout.write(helpText(Object.keys(COMMANDS)));
  process.exitCode = 1;
} else if (['help', '--help', '-h'].includes(command)) {
  process.stdout.write(helpText(Object.keys(COMMANDS)));
} else if (hasFlag([command, ...args], '--version', '-v')) {
  printVersion();
} else if (Object.hasOwn(COMMANDS, command)) {
  const main = new URL(
    `../dist/${MAINS[command] ?? `${command}/apps/${command}/src/main.js`}`,
    import.meta.url,
  );
  if (!existsSync(main))
    fail('not built yet: run "npm run build" first', command === 'verify' ? VERIFY_FAILED : 1);
  await import(main.href);
} else if (commandsOf(command).length > 0 && hasFlag(args, '--help', '-h')) {
  process.stdout.write(helpText(commandsOf(command)));
} else {
  fail(await unknownCommand(command, args));
}
