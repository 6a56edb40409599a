// A broadcast hub on Bun's own server: its publish to a topic, which leaves out the sender. Run by bun, not node.
import { randomBytes } from 'node:crypto';

const TOPIC = 'main';

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
  fetch(request, server) {
    if (server.upgrade(request, { data: { clientId: randomBytes(16).toString('base64url') } }))
      return undefined;
    return new Response('WebSocket only', { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    open(client) {
      client.subscribe(TOPIC);
    },
    message(client, content) {
      const timestamp = Math.floor(Date.now() / 1000);
      client.publish(TOPIC, JSON.stringify({ client_id: client.data.clientId, timestamp, content }));
    },
  },
});
console.log(`listening ${server.port}`);
