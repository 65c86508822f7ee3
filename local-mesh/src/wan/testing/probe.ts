// Traffic for testing a WAN; run inside its nodes:
//   probe.ts udp-echo PORT                       answers every datagram; prints "listening"
//   probe.ts udp-rtt HOST PORT COUNT INTERVAL    sends COUNT datagrams every INTERVAL ms; prints the RTTs in ms as JSON
//   probe.ts tcp-sink PORT                       reads every connection to its end; prints "listening"
//   probe.ts tcp-send HOST PORT BYTES            sends BYTES; prints the ms until the other end has read them all
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [mode, ...parameters] = process.argv.slice(2);
const word = (index: number): string => parameters[index] ?? '';
const number = (index: number): number => Number(word(index));

/** Datagrams that take longer count as lost. */
const lostAfterMs = 1_500;

async function echo(port: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port: from, address }) => socket.send(message, from, address));
  socket.bind(port);
  await once(socket, 'listening');
  console.log('listening');
}

async function measureRtt(host: string, port: number, count: number, intervalMs: number): Promise<void> {
  const socket = createSocket('udp4');
  const sentAt: number[] = [];
  const rttMs: number[] = [];
  socket.on('message', (message) => rttMs.push(performance.now() - (sentAt[message.readUInt32BE()] ?? 0)));
  for (let index = 0; index < count; index++) {
    const message = Buffer.alloc(64);
    message.writeUInt32BE(index);
    sentAt.push(performance.now());
    socket.send(message, port, host);
    await sleep(intervalMs);
  }
  const deadline = performance.now() + lostAfterMs;
  while (rttMs.length < count && performance.now() < deadline) await sleep(10);
  console.log(JSON.stringify(rttMs));
  socket.close();
}

async function sink(port: number): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.resume();
    socket.on('end', () => socket.end('done'));
  });
  server.listen(port);
  await once(server, 'listening');
  console.log('listening');
}

async function send(host: string, port: number, bytes: number): Promise<void> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  const startedAt = performance.now();
  socket.end(Buffer.alloc(bytes));
  socket.resume();
  await once(socket, 'end');
  console.log(performance.now() - startedAt);
}

if (mode === 'udp-echo') await echo(number(0));
else if (mode === 'udp-rtt') await measureRtt(word(0), number(1), number(2), number(3));
else if (mode === 'tcp-sink') await sink(number(0));
else if (mode === 'tcp-send') await send(word(0), number(1), number(2));
else throw new Error(`unknown mode ${mode}`);
