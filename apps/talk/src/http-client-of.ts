import { apiKeyFrom, checkApiKeyFile, checkTokenFile, hubHttpUrl, tokenFrom } from '@ws-hub/config';
import { HubHttpClient, type HubHttpClientOptions } from '@ws-hub/hub-client/http';

export interface HttpAccess {
  readonly url: string;
  readonly tokenFile: string;
  readonly apiKeyFile: string;
}

/** @throws StartError if the file of the token or of the API key is none */
export async function checkCredentials({ tokenFile, apiKeyFile }: HttpAccess): Promise<void> {
  await checkTokenFile(tokenFile);
  await checkApiKeyFile(apiKeyFile);
}

/** A client of this hub that shows what the files hold, or the token of the URL. */
export function httpClientOf(
  { url, tokenFile, apiKeyFile }: HttpAccess,
  options: Partial<HubHttpClientOptions>,
): HubHttpClient {
  const { base, token } = hubHttpUrl(url);
  const apiKey = apiKeyFrom(apiKeyFile);
  return new HubHttpClient({
    ...options,
    url: base,
    ...(apiKey === undefined ? { token: tokenFrom(tokenFile) ?? token } : { apiKey }),
  });
}
