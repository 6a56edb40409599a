import { tokenFrom } from '@ws-hub/config';
import { HubClient } from '@ws-hub/hub-client';
import { EXIT } from '../config/exit-codes.js';
import type { ListenConfig } from '../config/listen.config.js';
import type { Leaving } from '../leaving.js';
import type { Notices } from '../notices.js';
import { urlOf } from '../url-of.js';
import { watchConnection } from '../watch-connection.js';
import type { Desk } from './desk.js';

/** Listens over a WebSocket until the command ends, or all that is wanted was printed. */
export async function listenOverWebSocket(config: ListenConfig, desk: Desk): Promise<void> {
  const { notices, leaving } = desk;
  const client = clientOf(config);
  watchConnection(client, {
    url: config.url,
    timeoutMs: config.timeoutMs,
    isOwed: () => false,
    notices,
    leaving,
  });
  tellWhatIsHeard(client, notices);
  endWithoutChannels(client, notices, leaving);
  leaving.onBegin(() => void client.close());
  client.start();
  await printMessages(client, desk);
  await client.close();
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
    notices.tell('the hub supports only plain: messages published while disconnected are lost');
    if (missing.length > 0)
      notices.tell(`plain has one channel per connection; not subscribed to ${missing.join(', ')}`);
  });
  client.on('identity', (clientId) =>
    notices.tell(`the hub no longer knows this client; its new id is ${clientId}`),
  );
  client.on('gap', () => notices.tell('gap: messages were missed'));
}

/** Reports channels that the token does not allow; without any channel the command ends. */
function endWithoutChannels(client: HubClient, notices: Notices, leaving: Leaving): void {
  client.on('forbidden', ({ channels, reason }) => {
    notices.tell(`not subscribed to ${channels.join(', ')}: ${reason}`);
    if (client.channels.length === 0)
      leaving.begin(EXIT.noPermission, 'the token allows none of the channels');
  });
}

async function printMessages(client: HubClient, { printer, leaving }: Desk): Promise<void> {
  try {
    for await (const message of client.messages()) {
      if (leaving.hasBegun || (await printer.print(message))) return;
    }
  } catch (error) {
    // The loop also throws when the hub says not to reconnect, which is handled already.
    if (!leaving.hasBegun) throw error;
  }
}
