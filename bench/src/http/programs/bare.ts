// Routes that parse the hub's requests and give the hub's responses, and do nothing else.
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

interface Item {
  readonly content: string;
}

const epoch = randomBytes(16).toString('hex');
let stored = 0;

/** Reads the content, so that parsing cannot be optimized away. */
function answer({ content }: Item) {
  return { id: `${epoch}-${++stored}`, duplicate: content === '' };
}

const app = fastify();
app.post<{ Body: Item }>('/v1/channels/:channel/messages', (request, reply) => {
  reply.send(answer(request.body));
});
app.post<{ Body: readonly Item[] }>('/v1/messages', (request, reply) => {
  reply.send({ results: request.body.map(answer) });
});
await app.listen({ port: 0, host: '127.0.0.1' });
console.log(`listening ${(app.server.address() as AddressInfo).port}`);
