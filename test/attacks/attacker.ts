// The attackers' process: one attack on the parent's hub, and one answer. Its CPU time is counted separately.
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { ATTACKS } from './attacks.js';
import { warmUp } from './warm-up.js';

/** Other processes on the same core take priority over the attackers. */
const LOWEST_PRIORITY = 19;

interface Order {
  readonly port: number;
  readonly adminPort: number;
  readonly long: boolean;
  readonly name: string;
  readonly warmUpSeconds: number;
}

setPriority(LOWEST_PRIORITY);
// Without a parent there is nothing to answer.
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

/** Sends the parent a word, and waits until it answers. */
async function word(text: string): Promise<void> {
  const answered = once(process, 'message');
  process.send?.(text);
  await answered;
}
