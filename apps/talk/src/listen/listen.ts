import { EXIT } from '../config/exit-codes.js';
import type { ListenConfig } from '../config/listen.config.js';
import { checkCredentials } from '../http-client-of.js';
import type { Leaving } from '../leaving.js';
import { Notices } from '../notices.js';
import { Output } from '../output.js';
import { EventListener } from './event-listener.js';
import { Printer } from './printer.js';
import { listenOverWebSocket } from './web-socket-listener.js';

/**
 * Prints messages no faster than its output is read. What waits meanwhile is bounded; the rest is fetched from the hub's log later.
 *
 * @returns the exit code
 * @throws StartError if the token or API key file contains none
 */
export async function listen(config: ListenConfig, leaving: Leaving): Promise<number> {
  await checkCredentials(config);
  const notices = new Notices('listen', leaving);
  const output = new Output(process.stdout, leaving);
  const desk = { notices, leaving, printer: new Printer(config, output) };
  if (config.sse) await new EventListener(config, desk).listen();
  else await listenOverWebSocket(config, desk);
  await output.flush();
  const { exitCode = EXIT.done, why = '' } = leaving.reason ?? {};
  if (why !== '') notices.tell(why);
  return exitCode;
}
