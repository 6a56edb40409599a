import { checkCredentialFile, credentialFrom } from './credential-file.js';
import { text } from './kinds.js';
import { option } from './option.js';

/** The option of all commands that speak HTTP to a hub. */
export const apiKeyFileOption = option(
  'API_KEY_FILE',
  '',
  text('the path of a file that holds an API key, or empty'),
  'file with the API key for HTTP requests, as printed by ws-hub key create; empty = none',
);

const API_KEY = { option: apiKeyFileOption, name: 'an API key' };

/** What gets the key from the file each time that it is asked; undefined where there is no file. It rejects without the key in its message. */
export function apiKeyFrom(path: string): (() => Promise<string>) | undefined {
  return credentialFrom(path, API_KEY);
}

/** @throws StartError if the file has no key now */
export function checkApiKeyFile(path: string): Promise<void> {
  return checkCredentialFile(path, API_KEY);
}
