// Writes docs/reference/api, the API of each package in `workspaces`, from the entry points that its package.json
// exports. The site's build recreates it each time; it is not in the repository.
import { readFileSync, rmSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Converter } from 'typedoc';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = join(root, 'docs/reference/api');
const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

/** The source of each entry point, and the name of its page: `hub-client`, `hub-client/http`. */
function entryPointsOf(folder) {
  const targets = Object.entries(readJson(folder, 'package.json').exports);
  const modules = targets.filter(([, target]) => typeof target !== 'string');
  return modules.map(([path, target]) => {
    const { types } = target.types === undefined ? target.default : target;
    const source = types.replace('./dist/', './src/').replace(/\.d\.ts$/, '.ts');
    return [join(root, folder, source), posix.join(basename(folder), path)];
  });
}

const pages = new Map(readJson('package.json').workspaces.flatMap(entryPointsOf));

const typedoc = await Application.bootstrapWithPlugins({
  entryPoints: [...pages.keys()],
  tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)),
  out,
  plugin: ['typedoc-plugin-markdown'],
  readme: 'none',
  router: 'module',
  // `npm run typecheck` looks for errors.
  skipErrorChecking: true,
  treatWarningsAsErrors: true,
  disableSources: true,
  excludeExternals: true,
  excludePrivate: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  propertyMembersFormat: 'table',
  entryFileName: 'index',
  pageTitleTemplates: { index: 'API', module: ({ name }) => `@ws-hub/${name}` },
});

// TypeDoc names a module by its file, people by what they import.
typedoc.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
  for (const module of context.project.children ?? []) {
    const [file] = context.getSymbolFromReflection(module)?.declarations ?? [];
    module.name = pages.get(file?.fileName) ?? module.name;
  }
});

rmSync(out, { recursive: true, force: true });
const project = await typedoc.convert();
if (project !== undefined) {
  typedoc.validate(project);
  await typedoc.generateOutputs(project);
}
if (typedoc.logger.hasErrors() || typedoc.logger.hasWarnings()) process.exitCode = 1;
