import { checkTokenFile, tokenFrom } from '@ws-hub/config';
import { HubClient } from '@ws-hub/hub-client';
import { EXIT } from '../config/exit-codes.js';
import type { ListenConfig } from '../config/listen.config.js';
import type { Leaving } from '../leaving.js';
import { Notices } from '../notices.js';
import { Output } from '../output.js';
import { urlOf } from '../url-of.js';
import { watchConnection } from '../watch-connection.js';
import { showJson, showLine } from './show.js';

/**
 * Prints what is said, no faster than it is read: what waits meanwhile is bounded, and fetched from the hub's log later.
 *
 * @returns the exit code
 * @throws StartError if the file of the token is none
 */
export async function listen(config: ListenConfig, leaving: Leaving): Promise<number> {
  await checkTokenFile(config.tokenFile);
  const notices = new Notices('listen', leaving);
  const output = new Output(process.stdout, leaving);
  const client = clientOf(config);
  watchConnection(client, { timeoutMs: config.timeoutMs, isOwed: () => false, notices, leaving });
  tellWhatIsHeard(client, notices);
  endWithoutChannels(client, notices, leaving);
  leaving.onBegin(() => void client.close());
  client.start();
  await printMessages(client, config, output, leaving);
  await output.flush();
  await client.close();
  const { exitCode = 0, why = '' } = leaving.reason ?? {};
  if (why !== '') notices.tell(why);
  return exitCode;
}

function clientOf({ url, channels, tokenFile }: ListenConfig): HubClient {
  const [first] = channels;
  const token = tokenFrom(tokenFile);
  return new HubClient({
    url: urlOf(url, first),
    ...(channels.length > 0 && { channels }),
    ...(token && { token }),
  });
}

function tellWhatIsHeard(client: HubClient, notices: Notices): void {
  let isFirst = true;
  client.on('connected', ({ clientId }) => {
    if (isFirst && client.channels.length > 0)
      notices.tell(`listening to ${client.channels.join(', ')} as ${clientId}`);
    isFirst = false;
  });
  client.on('fallback', (missing) => {
    notices.tell('the hub speaks plain only: what is said while there is no connection is lost');
    if (missing.length > 0)
      notices.tell(`it has one channel for a connection; not heard: ${missing.join(', ')}`);
  });
  client.on('identity', (clientId) =>
    notices.tell(`the hub did not know this client any more; now ${clientId}`),
  );
  client.on('gap', () => notices.tell('gap: messages were missed'));
}

/** What the token does not allow is told; without a channel there is nothing to wait for. */
function endWithoutChannels(client: HubClient, notices: Notices, leaving: Leaving): void {
  client.on('forbidden', ({ channels, reason }) => {
    notices.tell(`not heard: ${channels.join(', ')}: ${reason}`);
    if (client.channels.length === 0)
      leaving.begin(EXIT.noPermission, 'the token allows none of the channels');
  });
}

async function printMessages(
  client: HubClient,
  { json, count }: ListenConfig,
  output: Output,
  leaving: Leaving,
): Promise<void> {
  const show = json ? showJson : showLine;
  let printed = 0;
  try {
    for await (const message of client.messages()) {
      if (leaving.hasBegun) return;
      await output.print(show(message));
      if (++printed === count) return;
    }
  } catch (error) {
    // The loop ends so, too, when the hub says not to come back, which has been taken note of.
    if (!leaving.hasBegun) throw error;
  }
}
