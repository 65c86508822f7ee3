import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** The least a signaling server can be: what one socket says, all are sent. `bare-ws-server.ts PORT`. */
const http = createServer((_request, response) => response.end());
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    for (const each of sockets.clients) each.send(data, { binary: false });
  });
});
http.listen(Number(process.argv[2]), '127.0.0.1', 10_000);
