import { createServer } from 'node:http';
import { Server } from 'socket.io';

/** The same on socket.io with its defaults: what one socket says, all of a room are sent. `socket-io-server.ts PORT`. */
const http = createServer((_request, response) => response.end());
const io = new Server(http);
io.on('connection', (socket) => {
  void socket.join('meeting');
  socket.on('chat', (text: string) => io.to('meeting').emit('chat', text));
});
http.listen(Number(process.argv[2]), '127.0.0.1', 10_000);
