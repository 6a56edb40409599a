// The attackers' process: one attack at the hub of its parent, and one answer. Its CPU time is nobody else's.
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { ATTACKS } from './attacks.js';
import { warmUp } from './warm-up.js';

/** Whoever shares a core with the attackers goes first. */
const LOWEST_PRIORITY = 19;

interface Order {
  readonly port: number;
  readonly adminPort: number;
  readonly long: boolean;
  readonly name: string;
  readonly warmUpSeconds: number;
}

setPriority(LOWEST_PRIORITY);
// A parent that is gone wants no answer.
process.once('disconnect', () => process.exit());

const [{ port, adminPort, long, name, warmUpSeconds }] = (await once(process, 'message')) as [Order];
await warmUp(port, warmUpSeconds);
await word('warm');
const attack = ATTACKS.find((one) => one.name === name);
const notes: string[] = [];
const note = (figure: string) => void notes.push(figure);
const broken = await attack
  ?.run({ port, adminPort, long, begin: () => word('ready'), note })
  .catch(({ message }: Error) => [message]);
process.send?.({ broken, notes });

/** Tells the parent, and waits until it says to go on. */
async function word(text: string): Promise<void> {
  const answered = once(process, 'message');
  process.send?.(text);
  await answered;
}
