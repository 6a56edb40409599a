import type { Explanation } from '@ws-hub/console-api';
import { escapeText } from '@ws-hub/logging/escape-controls';
import type { ExplainConfig } from './config/explain.config.js';
import { ConsoleClient } from './console-client.js';
import { readPassword } from './read-password.js';
import { reportOf } from './report.js';

/**
 * Asks a hub what became of a message. @returns the lines to print
 *
 * @throws StartError with the exit code if there is no answer
 */
export async function explain({ url, passwordFile, json, operands }: ExplainConfig): Promise<string[]> {
  const password = await readPassword(passwordFile);
  const client = new ConsoleClient(url);
  if (password !== undefined) await client.signIn(password);
  const [message = '', clientId] = operands;
  const answer = await client.explain(message, clientId).finally(() => client.signOut());
  return json ? [jsonOf(answer)] : reportOf(answer);
}

/** Control characters are escaped as JSON allows. */
function jsonOf(answer: Explanation): string {
  return escapeText(JSON.stringify(answer));
}
