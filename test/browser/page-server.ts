import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('page.html', import.meta.url));
const LIBS = fileURLToPath(new URL('../../libs/', import.meta.url));
const CODE = /^\/(hub-client|protocol)\/([\w-]+\.js)$/;

/** Serves the test's page and the built packages, file by file, as for a page without a bundler. */
export async function servePage(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(async ({ url = '/' }, response) => {
    const [isCode, name, path] = CODE.exec(url) ?? [];
    const file = isCode ? `${LIBS}${name}/dist/${path}` : PAGE;
    try {
      const body = await readFile(file);
      response.setHeader('Content-Type', isCode ? 'text/javascript' : 'text/html').end(body);
    } catch (error) {
      response.writeHead(404).end((error as Error).message);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}
