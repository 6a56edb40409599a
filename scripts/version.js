// After `changeset version`, which knows only the packages in libs/: gives the program, examples, manifests and descriptions
// their version, and dates what CHANGELOG.md has under [Unreleased].
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('../', import.meta.url)));

const versionOf = (file) => JSON.parse(readFileSync(file, 'utf8')).version;

/** @throws Error if the file has nothing to replace */
function replace(file, pattern, by) {
  const text = readFileSync(file, 'utf8');
  if (!pattern.test(text)) throw new Error(`${file}: no ${pattern}`);
  writeFileSync(file, text.replace(pattern, by));
}

const version = versionOf('libs/protocol/package.json');
if (version === versionOf('package.json'))
  throw new Error('no changeset has raised the version: npx changeset');

const today = new Date().toISOString().slice(0, 10);
replace('CHANGELOG.md', /^## \[Unreleased\]\n/m, `## [Unreleased]\n\n## [${version}] - ${today}\n`);
replace('package.json', /^ {2}"version": ".*"/m, `  "version": "${version}"`);
replace('docs/asyncapi.yaml', /^ {2}version: .*/m, `  version: ${version}`);
replace('deploy/kubernetes/hub.yaml', /(image: ws-hub-server:).*/, `$1${version}`);
for (const guide of ['docs/guides/kubernetes.md', 'docs/guides/traces.md'])
  replace(guide, /(ws-hub-server:)\d+\.\d+\.\d+/g, `$1${version}`);
replace('libs/nestjs/src/openapi/admin-routes.ts', /(\bversion: )'.*?'/, `$1'${version}'`);
const examples = readdirSync('examples').map((name) => `examples/${name}/package.json`);
for (const file of [
  'package.json',
  ...examples.filter((each) => /"@ws-hub\//.test(readFileSync(each, 'utf8'))),
])
  replace(file, /("@ws-hub\/[\w-]+": )"\^.*?"/g, `$1"^${version}"`);
