export { runCommand } from './command.js';
export { StartError } from './errors.js';
export {
  bytes,
  choice,
  integer,
  list,
  milliseconds,
  secret,
  text,
  toggle,
  webSocketUrl,
  webSocketUrls,
} from './kinds.js';
export { type Command, type ConfigOf, type Option, type Options, option, type Sources } from './option.js';
export { readConfig } from './read-config.js';
