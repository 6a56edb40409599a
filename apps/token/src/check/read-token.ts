import { createReadStream } from 'node:fs';
import { StartError } from '@ws-hub/config';

const STDIN = '-';
/** A token has at most 4,096 bytes; what is much longer is another file. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads a token from a file, or from stdin, without the white space around it.
 *
 * @throws StartError naming the file, never what is in it
 */
export async function readToken(path: string): Promise<string> {
  const source = path === STDIN ? 'stdin' : shown(path);
  const token = (await readText(path === STDIN ? process.stdin : createReadStream(path), source)).trim();
  if (token === '') throw new StartError(`${source} is empty; allowed: a token`);
  return token;
}

async function readText(stream: AsyncIterable<Buffer>, source: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new StartError(
      `${source} cannot be read (${(error as NodeJS.ErrnoException).code}); allowed: a file that holds the token, or - for stdin`,
    );
  }
  if (bytes > MAX_BYTES)
    throw new StartError(`${source} is longer than ${MAX_BYTES} bytes; allowed: a token`);
  return Buffer.concat(chunks).toString();
}

/** The operand may be the token itself instead of its file: then it is not repeated. */
function shown(path: string): string {
  const isToken = path.split('.').length === 3 && path.length > 64;
  return isToken ? 'a token is not taken from the command line: this file' : JSON.stringify(path);
}
