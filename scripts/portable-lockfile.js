// Takes out of package-lock.json what only some versions of npm write, so that none of them changes it: npm 11 writes the
// C library of packages for Linux, and npm 10, which Node 20 and 22 bring, removes it. Run it after a change of dependencies.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const entry of Object.values(lock.packages)) delete entry.libc;
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
