// Fails if a package was installed in another version than the lockfile beside this file, or at the root, has.
import { existsSync, readFileSync } from 'node:fs';

const beside = new URL('package-lock.json', import.meta.url);
const locked = existsSync(beside) ? beside : new URL('../package-lock.json', import.meta.url);
const installed = new URL('../node_modules/.package-lock.json', import.meta.url);

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

const allowed = packagesOf(locked);
const others = Object.entries(packagesOf(installed)).filter(
  ([path, { version, integrity, link, optional }]) => {
    const entry = allowed[path];
    // Packages missing from the lockfile are builds for this system of packages that it has.
    if (entry === undefined) return !optional;
    return !link && (entry.version !== version || entry.integrity !== integrity);
  },
);
for (const [path, { version }] of others)
  process.stderr.write(`${path}: ${version} is installed, ${allowed[path]?.version ?? 'none'} is locked\n`);
process.exitCode = others.length > 0 ? 1 : 0;
