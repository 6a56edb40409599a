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

/** A function that reads the key from the file on each call; undefined if there is no file. Its errors do not contain the key. */
export function apiKeyFrom(path: string): (() => Promise<string>) | undefined {
  return credentialFrom(path, API_KEY);
}

/** @throws StartError if the file has no key now */
export function checkApiKeyFile(path: string): Promise<void> {
  return checkCredentialFile(path, API_KEY);
}
