// Bundles client libraries for browsers, each with its one class, and prints what a page loads: bytes, minified and gzipped.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const LIBRARIES = {
  '@ws-hub/hub-client': 'HubClient',
  centrifuge: 'Centrifuge',
  'socket.io-client': 'io',
};

for (const [name, what] of Object.entries(LIBRARIES)) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ${what} } from '${name}'; globalThis.client = ${what};`,
      resolveDir: FOLDER,
    },
    bundle: true,
    format: 'esm',
    logLevel: 'error',
    minify: true,
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  const [{ contents }] = outputFiles;
  const gzipped = gzipSync(contents, { level: 9 });
  process.stdout.write(
    `${name.padEnd(20)} ${contents.length} bytes minified, ${gzipped.length} bytes gzipped\n`,
  );
}
