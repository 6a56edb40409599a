import { readFileSync, writeFileSync } from 'node:fs';
import { closeCodesPage } from './page.js';

// Writes docs/reference/close-codes.md anew; run from the root of the repository.
writeFileSync('docs/reference/close-codes.md', closeCodesPage(readFileSync('PROTOCOL.md', 'utf8')));
