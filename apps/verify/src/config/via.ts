import { isHttpUrl } from '@ws-hub/config';

/** What `--via` names: WebSockets, publishing over HTTP, and server-sent events. */
export const VIA = ['ws', 'http', 'sse'] as const;
export type Via = (typeof VIA)[number];

export function isVia(word: string): word is Via {
  return VIA.some((way) => way === word);
}

/** How clients talk, and how they listen; over WebSockets where nothing else is named. */
export function choicesOf(via: readonly Via[]) {
  const talks = via.filter((way) => way !== 'sse');
  const listens = via.filter((way) => way !== 'http');
  return {
    talks: talks.length > 0 ? talks : (['ws'] as const),
    listens: listens.length > 0 ? listens : (['ws'] as const),
  };
}

/** Whether some client needs a WebSocket. */
function needsWebSocket(via: readonly Via[]): boolean {
  const { talks, listens } = choicesOf(via);
  return talks.includes('ws') || listens.includes('ws');
}

/** Why these do not go together; undefined if they do. */
export function viaConflict(
  via: readonly Via[],
  urls: readonly string[],
  apiKeyFile: string,
): string | undefined {
  if (needsWebSocket(via) && urls.some(isHttpUrl))
    return '--url: http:// and https:// require --via http,sse; allowed: ws:// or wss:// where WebSockets are needed';
  if (apiKeyFile !== '' && via.every((way) => way === 'ws'))
    return 'API_KEY_FILE (--api-key-file): an API key requires HTTP; allowed: TOKEN_FILE (--token-file), or --via with http or sse';
  return undefined;
}
