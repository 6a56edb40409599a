export { runCommand } from './command.js';
export { StartError } from './errors.js';
export { choice, integer, milliseconds, text, webSocketUrl } from './kinds.js';
export type { Command, ConfigOf, Option, Options, Sources } from './option.js';
export { readConfig } from './read-config.js';
