// Builds programs in one process, which reads what they have in common once: a third of the time of one compiler for each.
// Arguments: their folders. Their output folders in dist/ are removed first, as `nest build` does.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
// As `nest build` does, so that private libraries are compiled in.
import { tsconfigPathsBeforeHookFactory } from '@nestjs/cli/lib/compiler/hooks/tsconfig-paths.hook.js';
import ts from 'typescript';

process.chdir(fileURLToPath(new URL('../', import.meta.url)));
const parsedFiles = new Map();

function configOf(folder) {
  const application = join(folder, 'tsconfig.app.json');
  const path = existsSync(application) ? application : join(folder, 'tsconfig.json');
  const onUnRecoverableConfigFileDiagnostic = (diagnostic) => report([diagnostic]);
  return ts.getParsedCommandLineOfConfigFile(path, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic });
}

/** A host that parses a file once for all programs; their options differ only in where they write. */
function hostOf(options) {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) => {
    if (!parsedFiles.has(path)) parsedFiles.set(path, getSourceFile(path, ...rest));
    return parsedFiles.get(path);
  };
  return host;
}

function report(diagnostics) {
  if (diagnostics.length === 0) return;
  const host = { ...ts.sys, getCanonicalFileName: (path) => path, getNewLine: () => ts.sys.newLine };
  host.getCurrentDirectory = ts.sys.getCurrentDirectory;
  process.stderr.write(ts.formatDiagnosticsWithColorAndContext(diagnostics, host));
  process.exitCode = 1;
}

function build(folder) {
  const config = configOf(folder);
  if (config === undefined) return;
  const { errors, fileNames, options } = config;
  rmSync(options.outDir, { recursive: true, force: true });
  const program = ts.createProgram({
    rootNames: fileNames,
    options,
    host: hostOf(options),
    configFileParsingDiagnostics: errors,
  });
  const paths = tsconfigPathsBeforeHookFactory(options);
  const emitted = program.emit(undefined, undefined, undefined, undefined, { before: [paths] });
  report([...ts.getPreEmitDiagnostics(program), ...emitted.diagnostics]);
}

for (const folder of process.argv.slice(2)) build(folder);
