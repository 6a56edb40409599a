export { type AccessConfig, accessConflict, accessOptions, authOptionsOf } from './access.js';
