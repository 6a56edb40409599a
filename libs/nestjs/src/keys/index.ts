// For programs that manage a key file. Nothing here needs Nest.
export {
  hashOf,
  isKeyAllow,
  isKeyName,
  KEY_ALLOW_RULE,
  KEY_NAME_RULE,
  looksLikeKey,
  makeKey,
} from './api-key.js';
export {
  ApiKeyFileError,
  type KeyLine,
  MAX_KEY_FILE_BYTES,
  MAX_KEYS,
  parseKeys,
  readKeyText,
  shownPath,
} from './api-key-file.js';
