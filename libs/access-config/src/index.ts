export { accessConflict, accessOptions, authOptionsOf, tokenOptions } from './access.js';
