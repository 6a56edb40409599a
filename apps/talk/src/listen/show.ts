import type { ReceivedMessage } from '@ws-hub/hub-client';
import { escapeText } from '@ws-hub/logging/escape-controls';

/** A message in one line for people: the time here, who said it, where, and what, with nothing that steers a terminal. */
export function showLine({ timestamp, client_id, channel, content }: ReceivedMessage): string {
  const time = new Date(timestamp * 1_000).toTimeString().slice(0, 'hh:mm:ss'.length);
  return escapeText(`${time}  ${client_id}  ${channel}  ${content}`);
}

/** The message as one JSON object: written out as in `\u001b`, what steers a terminal is still the same in JSON. */
export function showJson(message: ReceivedMessage): string {
  return escapeText(JSON.stringify(message));
}
