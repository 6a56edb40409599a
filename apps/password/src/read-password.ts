import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, StartError } from '@ws-hub/config';

const ALLOWED = `allowed: ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`;
/** Anything much longer is some other file. */
const MAX_BYTES = 4_096;

/**
 * Asks twice on a terminal, without echo; otherwise reads the first line of stdin.
 *
 * @throws StartError without the password in its message
 */
export async function readPassword(): Promise<string> {
  const password = process.stdin.isTTY ? await askTwice() : await readLine();
  if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH)
    throw new StartError(`the password has ${password.length} characters; ${ALLOWED}`);
  return password;
}

async function readLine(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BYTES || chunk.includes('\n')) break;
  }
  return Buffer.concat(chunks).toString().split(/\r?\n/, 1)[0] ?? '';
}

/** One interface for both, so that nothing is shown between them, and a line that came early counts. */
async function askTwice(): Promise<string> {
  const lines = hiddenLines();
  try {
    const answers = lines[Symbol.asyncIterator]();
    const first = await ask('Password: ', answers);
    if ((await ask('Again: ', answers)) !== first) throw new StartError('the two passwords do not match');
    return first;
  } finally {
    lines.close();
  }
}

/** Lines of a terminal, which shows what is typed only if the interface writes it. */
function hiddenLines(): Interface {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  return lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
}

/** Echo is off by now, so what is typed at the prompt stays hidden. */
async function ask(prompt: string, answers: AsyncIterator<string>): Promise<string> {
  process.stderr.write(prompt);
  const { done, value } = await answers.next();
  process.stderr.write('\n');
  if (done) throw new StartError(`no password was given; ${ALLOWED}`);
  return value;
}
