import type { RequestListener, Server } from 'node:http';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { API } from '@ws-hub/console-api';
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { PAGE_POLICY, type PageFile } from '../standalone/page-files.js';
import { ConsoleError } from './console-route.js';

/** Bytes of a request: a token, or the name of a channel. */
const MAX_BODY = 8_192;
const NOT_BUILT = 'the console is not built: run "npm run build:console"\n';

export interface ConsoleAppOptions {
  /** Given the listener for its requests. @returns the server that has them */
  readonly serverOf: (handle: RequestListener) => Server;
  readonly files: ReadonlyMap<string, PageFile>;
  /** Called for each error that is not the fault of a request. */
  readonly onBug: (error: unknown) => void;
}

/** The web application on the admin port, besides its routes: headers, errors and files. */
export async function consoleApp({ serverOf, files, onBug }: ConsoleAppOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: MAX_BODY,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    frameworkErrors: (_error, _request, reply) => answerBadPath(reply as unknown as FastifyReply),
    serverFactory: (handle) => serverOf(handle as RequestListener),
    // Schemas are zod's; Fastify would load a hundred modules for its own.
    schemaController: { compilersFactory: { buildValidator: none, buildSerializer: none } },
  });
  app.removeContentTypeParser('text/plain');
  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: PAGE_POLICY as Record<string, string[]> },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // The port has no TLS, and a proxy that adds it decides for all that is behind its name.
    strictTransportSecurity: false,
  });
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store');
  });
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send({ error: `${request.method} is not supported here; allowed: / and paths below ${API}` }),
  );
  app.setErrorHandler<FastifyError | ConsoleError>((error, _request, reply) => {
    const status = error instanceof ConsoleError ? error.status : (error.statusCode ?? 500);
    if (status === 500) onBug(error);
    return reply.code(status).send({ error: status === 500 ? 'internal error' : error.message });
  });
  addFiles(app, files);
  return app;
}

function none(): never {
  throw new Error('a route has a JSON schema, but the console has no schema compiler');
}

/** To a path that cannot be read: neither hooks nor the handler of errors see it. */
function answerBadPath(reply: FastifyReply): void {
  reply
    .code(400)
    .headers({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    .send({ error: 'the path is not valid in a URL, or a part of it is too long' });
}

function addFiles(app: FastifyInstance, files: ReadonlyMap<string, PageFile>): void {
  const page = files.get('/index.html');
  if (page === undefined)
    app.get('/', (_request, reply) => reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT));
  else addFile(app, '/', page);
  // By their names, which are known: no path leads to any other file.
  for (const [path, file] of files) if (!path.endsWith('.html')) addFile(app, path, file);
}

function addFile(app: FastifyInstance, url: string, file: PageFile): void {
  app.route({
    method: ['GET', 'HEAD'],
    url,
    handler: (request, reply) => {
      reply.header('ETag', file.etag).header('Cache-Control', file.cacheControl).type(file.type);
      return request.headers['if-none-match'] === file.etag ? reply.code(304).send() : reply.send(file.body);
    },
  });
}
