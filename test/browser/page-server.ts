import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('page.html', import.meta.url));
const CLIENT = fileURLToPath(new URL('../../libs/hub-client/dist/', import.meta.url));

/** Serves the test's page and the built client library, file by file, as a page without a bundler has it. */
export async function servePage(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(async ({ url = '/' }, response) => {
    const isCode = /^\/client\/[\w./-]+\.js$/.test(url) && !url.includes('..');
    const file = isCode ? CLIENT + url.slice('/client/'.length) : PAGE;
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
