import { EXIT } from '../config/exit-codes.js';
import type { SendConfig } from '../config/send.config.js';
import { checkCredentials } from '../http-client-of.js';
import type { Leaving } from '../leaving.js';
import { Notices } from '../notices.js';
import { Output } from '../output.js';
import { Acks } from './acks.js';
import { HttpSpeaker } from './http-speaker.js';
import { type Line, linesOf } from './lines.js';
import { BadLine, readLine, type Speech } from './read-line.js';
import { Report } from './report.js';
import { Room } from './room.js';
import type { Speaker } from './speaker.js';
import { WebSocketSpeaker } from './web-socket-speaker.js';

/**
 * Publishes its operands as one message, or each line of stdin, which it reads no faster than the hub acknowledges.
 *
 * @returns the exit code: 0 if the hub has acknowledged all that was read
 * @throws StartError if the token file contains no token
 */
export async function send(config: SendConfig, stdin: NodeJS.ReadStream, leaving: Leaving): Promise<number> {
  await checkCredentials(config);
  const notices = new Notices('send', leaving);
  const acks = new Acks(config.json ? new Output(process.stdout, leaving) : undefined);
  const isText = config.operands.length > 0;
  const report = new Report(isText, notices);
  const room = new Room();
  const desk = { room, report, acks, notices, leaving };
  const speaker = config.http ? new HttpSpeaker(config, desk) : new WebSocketSpeaker(config, desk);
  leaving.onBegin(() => {
    room.close();
    if (!isText) stdin.destroy();
  });
  if (await speaker.connect()) {
    const lines = isText ? textOf(config.operands) : readStdin(stdin, leaving);
    await sayAll(lines, config.json, speaker, report);
    await room.empty();
    await acks.flush();
  } else {
    report.left(1);
  }
  await speaker.close();
  return report.close(leaving);
}

async function* textOf(operands: readonly string[]): AsyncGenerator<Line> {
  yield { number: 1, bytes: Buffer.from(operands.join(' ')) };
}

async function* readStdin(stdin: NodeJS.ReadStream, leaving: Leaving): AsyncGenerator<Line> {
  try {
    yield* linesOf(stdin);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    leaving.begin(EXIT.error, `stdin cannot be read (${code})`);
  }
}

async function sayAll(
  lines: AsyncIterable<Line>,
  isJson: boolean,
  speaker: Speaker,
  report: Report,
): Promise<void> {
  for await (const line of lines) {
    const speech = understand(line, isJson, report);
    if (speech === undefined || (await speaker.say(line.number, speech))) continue;
    report.left(line.number);
    return;
  }
}

function understand(line: Line, isJson: boolean, report: Report): Speech | undefined {
  try {
    return readLine(line, isJson);
  } catch (error) {
    if (!(error instanceof BadLine)) throw error;
    report.bad(line.number, error.message);
    return undefined;
  }
}
