import { isHttpUrl } from '@ws-hub/config';

interface HttpChoice {
  readonly url: string;
  readonly tokenFile: string;
  readonly apiKeyFile: string;
}

/** Names an impossible combination. @param flag the switch that selects HTTP; isOn whether it is on */
export function httpConflict(
  { url, tokenFile, apiKeyFile }: HttpChoice,
  flag: string,
  isOn: boolean,
): string | undefined {
  if (!isOn && isHttpUrl(url))
    return `--url: http:// and https:// require ${flag}; allowed: ws:// or wss://, or ${flag}`;
  if (!isOn && apiKeyFile !== '')
    return `API_KEY_FILE (--api-key-file): an API key requires ${flag}; allowed: TOKEN_FILE (--token-file), or ${flag}`;
  if (apiKeyFile !== '' && tokenFile !== '')
    return 'API_KEY_FILE (--api-key-file) and TOKEN_FILE (--token-file): both are set; allowed: one of the two';
  const { username, password } = new URL(url);
  if (isOn && username + password !== '')
    return `--url: a user and password in the URL cannot be combined with ${flag}; allowed: API_KEY_FILE or TOKEN_FILE`;
  return undefined;
}
