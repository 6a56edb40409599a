import { readFileSync, writeFileSync } from 'node:fs';
import { REFERENCE } from './pages.js';

// Writes the generated parts of the reference pages, and .env.example; run from the root of the repository.
for (const [path, made] of REFERENCE) writeFileSync(path, made(readFileSync(path, 'utf8'), process.cwd()));
