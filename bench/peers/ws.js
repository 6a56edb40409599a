// A broadcast hub on plain ws: one JSON.stringify for a message, then a loop over the clients.
import { randomBytes } from 'node:crypto';
import { WebSocket, WebSocketServer } from 'ws';

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
  perMessageDeflate: false,
});

server.on('connection', (sender) => {
  const clientId = randomBytes(16).toString('base64url');
  sender.on('error', (error) => console.error(error.message));
  sender.on('message', (data) => {
    const text = JSON.stringify({
      client_id: clientId,
      timestamp: Math.floor(Date.now() / 1000),
      content: data.toString(),
    });
    for (const client of server.clients) {
      if (client !== sender && client.readyState === WebSocket.OPEN) client.send(text);
    }
  });
});

server.on('listening', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`listening ${address.port}`);
});
