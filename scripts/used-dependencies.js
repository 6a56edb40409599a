// Leaves in package.json only the dependencies and workspaces that built programs import, for an image that holds no others.
// Arguments: folders in dist, such as client
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is imported from a package, statically or dynamically. */
const IMPORT =
  /(?:^(?:import|export)\b[^;'"]*\bfrom |^import |\bimport\()['"]((?:@[^/'"]+\/)?[^./'"][^/'"]*)/gm;

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

function importedBy(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.js'));
  return files.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(IMPORT)].map(([, name]) => name),
  );
}

const manifest = read('package.json');
const folderOf = new Map(manifest.workspaces.map((folder) => [read(`${folder}/package.json`).name, folder]));

/** The packages, and the workspaces that these need in turn; npm finds what else they need. */
function withWorkspaces(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    const folder = folderOf.get(name);
    const { dependencies = {} } = folder ? read(`${folder}/package.json`) : {};
    withWorkspaces(
      Object.keys(dependencies).filter((each) => folderOf.has(each)),
      found,
    );
  }
  return found;
}

/** What `overrides` take the version of, such as `$ws`. */
const named = Object.values(manifest.overrides).filter((version) => typeof version === 'string');
const overriding = named.filter((version) => version.startsWith('$')).map((version) => version.slice(1));
const imported = process.argv.slice(2).flatMap((name) => importedBy(join('dist', name)));
const used = withWorkspaces([...imported, ...overriding]);
manifest.dependencies = Object.fromEntries(
  Object.entries(manifest.dependencies).filter(([name]) => used.has(name)),
);
manifest.workspaces = manifest.workspaces.filter((folder) => used.has(read(`${folder}/package.json`).name));
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
