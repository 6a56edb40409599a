import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, StartError } from '@ws-hub/config';

const ALLOWED = `allowed: ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`;
/** What is much longer is another file. */
const MAX_BYTES = 4_096;

/**
 * Asks for it twice on a terminal, which does not show it; else it is the first line of stdin.
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

async function askTwice(): Promise<string> {
  const first = await ask('Password: ');
  if ((await ask('Again: ')) !== first) throw new StartError('the two passwords are not the same');
  return first;
}

/** A terminal shows what is typed only if the interface writes it. */
function ask(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  return new Promise((resolve, reject) => {
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    lines.once('close', () => reject(new StartError(`there is no password; ${ALLOWED}`)));
    lines.once('line', (line) => {
      process.stderr.write('\n');
      resolve(line);
      lines.close();
    });
  });
}
