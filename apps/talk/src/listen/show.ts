import type { ReceivedMessage } from '@ws-hub/hub-client';
import { escapeText } from '@ws-hub/logging/escape-controls';

/** A message as one readable line: local time, sender, channel and content, without terminal control characters. */
export function showLine({ timestamp, client_id, channel, content }: ReceivedMessage): string {
  const time = new Date(timestamp * 1_000).toTimeString().slice(0, 'hh:mm:ss'.length);
  return escapeText(`${time}  ${client_id}  ${channel}  ${content}`);
}

/** The message as one JSON object: written out as in `\u001b`, what steers a terminal is still the same in JSON. */
export function showJson(message: ReceivedMessage): string {
  return escapeText(JSON.stringify(message));
}
