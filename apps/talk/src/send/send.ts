import { checkTokenFile, tokenFrom } from '@ws-hub/config';
import { type Connected, HubClient } from '@ws-hub/hub-client';
import { EXIT } from '../config/exit-codes.js';
import type { SendConfig } from '../config/send.config.js';
import type { Leaving } from '../leaving.js';
import { Notices } from '../notices.js';
import { Output } from '../output.js';
import { urlOf } from '../url-of.js';
import { watchConnection } from '../watch-connection.js';
import { type Line, linesOf } from './lines.js';
import { BadLine, readLine, type Speech } from './read-line.js';
import { Report } from './report.js';
import { Room } from './room.js';
import { Speaker } from './speaker.js';

/**
 * Says its operands as one message, or each line of stdin, which it reads no faster than the hub acknowledges.
 *
 * @returns the exit code: 0 if the hub has acknowledged all that was read
 * @throws StartError if the file of the token is none
 */
export async function send(config: SendConfig, stdin: NodeJS.ReadStream, leaving: Leaving): Promise<number> {
  await checkTokenFile(config.tokenFile);
  const notices = new Notices('send', leaving);
  const acks = config.json ? new Output(process.stdout, leaving) : undefined;
  const isText = config.operands.length > 0;
  const report = new Report(isText, notices);
  const room = new Room();
  const token = tokenFrom(config.tokenFile);
  const client = new HubClient({
    url: urlOf(config.url, config.channel),
    channels: [],
    ...(token && { token }),
  });
  const { timeoutMs } = config;
  const patience = watchConnection(client, { timeoutMs, isOwed: () => !room.isEmpty, notices, leaving });
  leaving.onBegin(() => {
    room.close();
    if (!isText) stdin.destroy();
  });
  if (await connect(client, leaving)) {
    const lines = isText ? textOf(config.operands) : readStdin(stdin, leaving);
    await sayAll(lines, config.json, new Speaker(client, room, report, patience, acks), report);
    await room.empty();
    await acks?.flush();
  } else {
    report.left(1);
  }
  await client.close();
  return report.close(leaving);
}

/** Resolves when the hub has welcomed the client, and so has said how long a message may be. @returns whether it has */
function connect(client: HubClient, leaving: Leaving): Promise<boolean> {
  return new Promise((resolve) => {
    client.on('connected', ({ dialect }: Connected) => {
      if (dialect === 'plain')
        leaving.begin(EXIT.unavailable, 'the hub speaks plain only, in which it acknowledges nothing');
      resolve(!leaving.hasBegun);
    });
    leaving.onBegin(() => resolve(false));
    client.start();
  });
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
