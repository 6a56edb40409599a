// A broadcast hub on Socket.IO: its own broadcast, WebSocket only, no compression.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });

io.on('connection', (socket) => {
  // Its manual says so: the first request is no longer needed, and takes memory.
  socket.conn.request = null;
  const clientId = randomBytes(16).toString('base64url');
  socket.on('message', (content) => {
    socket.broadcast.emit('message', {
      client_id: clientId,
      timestamp: Math.floor(Date.now() / 1000),
      content,
    });
  });
});

http.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = http.address();
  if (address !== null && typeof address === 'object') console.log(`listening ${address.port}`);
});
