import { expect, test } from '@jest/globals';
import { UsageError } from './flags.js';
import { readOptions, type Settings } from './options.js';

function read(...argv: string[]): Settings {
  const settings = readOptions(argv);
  if (settings === 'help') throw new Error('help was not asked for');
  return settings;
}

test('without flags everything is measured in three rounds', () => {
  const { scenarios, servers, rounds } = read();
  expect(scenarios.map(({ name }) => name)).toEqual(['fan-out', 'chat', 'wide', 'saturation', 'big', 'idle']);
  expect(servers.map(({ name }) => name)).toEqual(['hub', 'ws', 'nest', 'socketio', 'uws', 'bun']);
  expect(rounds).toBe(3);
});

test('a list picks, in the order of the table', () => {
  expect(read('--servers', 'ws,hub').servers.map(({ name }) => name)).toEqual(['hub', 'ws']);
});

test('quick leaves out what needs ten thousand clients', () => {
  const { scenarios, rounds } = read('--quick');
  expect(scenarios.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['wide', 'idle']));
  expect(rounds).toBe(1);
});

test.each([
  [['--scenario', 'none'], '--scenario: unknown "none"; allowed: fan-out, chat, wide, saturation, big, idle'],
  [
    ['--servers', 'hub,'],
    '--servers: unknown ""; allowed: hub, hub-lean, hub-v1, hub-sse, hub-auth, hub-auth-v1, hub-traced, hub-traced-v1, hub-explain, hub-explain-v1, hub-other, hub-other-v1, ws, nest, socketio, uws, bun',
  ],
  [['--rounds', '1.5'], '--rounds: "1.5"; allowed: a whole number from 1 to 100'],
  [['--seconds', 'x'], '--seconds: "x"; allowed: a number from 0.1 to 600'],
  [
    ['--fast'],
    "Unknown option '--fast'; allowed: --scenario, --servers, --rounds, --seconds, --quick, --json, --plot, --help",
  ],
  [
    ['--quick', '--scenario', 'idle'],
    '--quick: none of these scenarios is quick; allowed: fan-out, chat, saturation, big',
  ],
])('%j is refused with one line', (argv, message) => {
  expect(() => readOptions(argv)).toThrow(new UsageError(message));
});
