import type { DestinationStream } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { escapeControls } from './escape-controls.js';

/** Readable lines for a terminal, which no text of a client can steer. @param destination a stream or a descriptor */
export function readableLog(destination: NodeJS.WritableStream | number): DestinationStream {
  const pretty = PinoPretty({
    destination,
    ignore: 'pid,hostname,context,event',
    translateTime: 'SYS:HH:MM:ss.l',
    // A message has a field "timestamp", which would be mistaken for the line's own.
    timestampKey: 'time',
    errorLikeObjectKeys: [],
    singleLine: true,
  });
  return { write: (line) => void pretty.write(escapeControls(line)) };
}
