export { apiKeyFileOption, apiKeyFrom, checkApiKeyFile } from './api-key-file.js';
export { fail, runCommand } from './command.js';
export { type CredentialKind, readCredentialFile } from './credential-file.js';
export { setVariables } from './environment.js';
export { StartError } from './errors.js';
export { helpText } from './help.js';
export { type HubHttpUrl, hubHttpUrl, isHttpUrl } from './hub-url.js';
export {
  bytes,
  choice,
  httpUrl,
  hubUrl,
  hubUrls,
  integer,
  list,
  milliseconds,
  text,
  toggle,
  webSocketUrl,
  webSocketUrls,
} from './kinds.js';
export {
  type Command,
  type ConfigOf,
  type ExitCodes,
  type Option,
  type Options,
  option,
  type Row,
  rowsOf,
  type Sources,
} from './option.js';
export {
  hashPassword,
  isPassword,
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
  type PasswordHash,
  parsePasswordHash,
} from './password-hash.js';
export { PathHint } from './path-hint.js';
export { readConfig } from './read-config.js';
export { hasCredentials, password, secret } from './secrets.js';
export { checkTokenFile, tokenFileOption, tokenFrom } from './token-file.js';
