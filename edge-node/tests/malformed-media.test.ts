import { createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import { EdgeLinkClient, type LinkEvent, type PipeEndpoint } from '@canopy/proto/edge_link';
import type { IceCandidate, IceParameters } from '@canopy/proto/media';
import { fuzzTimeoutMs, mangledBytes, samples } from '@canopy/runtime/testing/fuzz';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openWebRtcTransport } from '../src/adapters/mediasoup/router.ts';
import {
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  openPlainTransport,
  receivesEverything,
  startInProcessEdge,
} from '../src/testing/index.ts';
import { nextPacket, type RtpStream, receiverReport, senderReport, vp8Payload } from '../src/testing/rtp.ts';

const meetingId = 'attacked';
let edge: InProcessEdge;
/** What the next transport of a client is: that of browsers, or the plain one of those who watch. */
let openClientTransport = openPlainTransport;

beforeAll(async () => {
  edge = await startInProcessEdge(
    'attacked',
    process.env.NATS_URL ?? '',
    {},
    {
      openClientTransport: (...about) => openClientTransport(...about),
    },
  );
});

afterAll(() => edge[Symbol.asyncDispose]());

/** Datagrams of every kind that share a port (RFC 7983), changed here and there, and plain noise. */
function malformed(valid: readonly Buffer[]): Buffer[] {
  const firstBytes = [0, 1, 20, 22, 63, 64, 128, 191, 255];
  const noise = firstBytes.map((first) => Buffer.from([first, ...randomBytes(60)]));
  const cut = valid.flatMap((packet) =>
    Array.from({ length: Math.min(packet.length, 40) }, (_, end) => packet.subarray(0, end)),
  );
  const changed = samples(mangledBytes(valid), 1_500).map((bytes) => Buffer.from(bytes));
  return [...noise, ...cut, ...changed];
}

const stream: RtpStream = {
  ssrc: 0x1234_5678,
  payloadType: 101,
  ticksPerFrame: 3_000,
  payload: (keyFrame) => vp8Payload(200, keyFrame),
  sequence: 1,
  timestamp: 0,
  packets: 0,
  octets: 0,
};
/** RTP and RTCP; on a transport with SRTP none of them can be verified. */
const media = [
  nextPacket(stream, true),
  nextPacket(stream, false),
  senderReport(stream, Date.now()),
  receiverReport(1),
];

/** A ClientHello of DTLS 1.2 (RFC 6347 §4.1, §4.2.2, §4.3.2): record, handshake header, version, random, no cookie, one suite. */
const clientHello = Buffer.concat([
  Buffer.from('16fefd00000000000000000036', 'hex'),
  Buffer.from('0100002a000000000000002a', 'hex'),
  Buffer.from('fefd', 'hex'),
  Buffer.alloc(32, 7),
  Buffer.from('00000002c02b0100', 'hex'),
]);

/** What a binding request is answered with (RFC 8489 §5). */
const [refused, welcome] = [0x0111, 0x0101];

/** A binding request that the transport accepts (RFC 8489 §5, §14.5, §14.7): a mangled one differs from it in little. */
function bindingRequest({ usernameFragment, password }: IceParameters): Buffer {
  const attribute = (type: number, value: Buffer) => {
    const header = Buffer.alloc(4);
    header.writeUInt16BE(type, 0);
    header.writeUInt16BE(value.length, 2);
    return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
  };
  const username = attribute(0x0006, Buffer.from(`${usernameFragment}:me`));
  const priority = attribute(0x0024, Buffer.from([0x6e, 0x7f, 0x1e, 0xff]));
  const controlling = attribute(0x802a, randomBytes(8));
  const header = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
  let message = Buffer.concat([header, username, priority, controlling]);
  const claim = (length: number) => message.writeUInt16BE(message.length - header.length + length, 2);
  claim(24);
  const integrity = createHmac('sha1', password).update(message).digest();
  message = Buffer.concat([message, attribute(0x0008, integrity)]);
  claim(8);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(message) ^ 0x5354_554e) >>> 0);
  return Buffer.concat([message, attribute(0x8028, fingerprint)]);
}

async function socketTo({ address, port }: { address: string; port: number }): Promise<Socket> {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.connect(port, address);
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return socket;
}

/** Sends them a few at a time, so that the kernel drops none. */
async function sendAll(socket: Socket, packets: readonly Buffer[]): Promise<void> {
  for (const packet of packets) await new Promise<void>((resolve) => socket.send(packet, () => resolve()));
}

/**
 * Asks until it is let in, as ICE does (RFC 8489 §6.2.1): what comes in a rush may be lost, on loopback too, and refusals of what
 * came before may be on their way still.
 */
async function letIn(socket: Socket, request: Buffer): Promise<void> {
  const answered = new Promise<void>((resolve) => {
    socket.on('message', (answer: Buffer) => {
      if (answer.readUInt16BE(0) === welcome) resolve();
    });
  });
  const asking = setInterval(() => socket.send(request), 500);
  socket.send(request);
  try {
    await answered;
  } finally {
    clearInterval(asking);
  }
}

/** Where browsers send to, and what lets them in. */
async function webRtcTransport(): Promise<{ ice: IceParameters; candidate: IceCandidate }> {
  openClientTransport = openWebRtcTransport;
  const { receiveTransport } = await edge.client.openSession({
    meetingId,
    participantId: 'browser',
    rtpCapabilities: receivesEverything,
    canPublish: false,
    targets: [],
  });
  openClientTransport = openPlainTransport;
  const candidate = receiveTransport?.iceCandidates.find(({ protocol }) => protocol === 'udp');
  const ice = receiveTransport?.iceParameters;
  if (candidate === undefined || ice === undefined) throw new Error('the edge gave no address for browsers');
  return { ice, candidate };
}

/** Becomes a child of the edge, and returns where its end of the pipe is. */
async function attachedPipe(childPort: number): Promise<PipeEndpoint> {
  const client = new EdgeLinkClient(edge.context.grpcAddress, credentials.createInsecure());
  onTestFinished(() => client.close());
  const srtp = { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: randomBytes(44).toString('base64') };
  const endpoint = { ip: '127.0.0.1', port: childPort, srtp };
  const call = client.attach({ meetingId, childEdgeId: 'mallory', linkId: 'link', endpoint });
  call.on('error', () => undefined);
  onTestFinished(() => call.cancel());
  const [first]: LinkEvent[] = await once(call, 'data');
  const answered = first?.attached?.endpoint;
  if (answered === undefined) throw new Error('the edge opened no pipe');
  return answered;
}

test('who has not the password gets no media, and less than they sent', async () => {
  const { ice, candidate } = await webRtcTransport();
  const stranger = await socketTo(candidate);
  const answers: Buffer[] = [];
  stranger.on('message', (answer: Buffer) => answers.push(answer));
  const guessed = bindingRequest({ ...ice, password: 'guessed' });
  await sendAll(stranger, [guessed, clientHello, ...media, guessed]);
  // One port, one queue: what is said to these comes before what is said to this.
  stranger.send(bindingRequest(ice));
  const kinds = () => answers.map((answer) => answer.readUInt16BE(0));
  await expect.poll(kinds).toEqual([refused, refused, welcome]);
  for (const answer of answers.slice(0, -1)) expect(answer.length).toBeLessThan(guessed.length);
});

test('media of others goes on whatever arrives at the ports for media, and no worker ends', {
  timeout: 2 * fuzzTimeoutMs,
}, async () => {
  await using publisher = await FakePublisher.start({
    client: edge.client,
    meetingId,
    participantId: 'p',
    trackId: 'cam',
  });
  await using viewer = await FakeViewer.start({ client: edge.client, meetingId, participantId: 'v' });
  const { added } = await viewer.watch(edge.id, [publisher.trackId]);
  await viewer.receives(added[0], 5);
  const pids = edge.context.workers.pids;

  // By the port of browsers, before and after ICE has let the sender in.
  const { ice, candidate } = await webRtcTransport();
  const browser = await socketTo(candidate);
  const request = bindingRequest(ice);
  await sendAll(browser, malformed([request, clientHello, ...media]));
  await letIn(browser, request);
  await sendAll(browser, malformed([request, clientHello, ...media]));
  await viewer.receives(added[0], 5);

  // By a pipe, from its child and from a stranger.
  const child = createSocket('udp4');
  onTestFinished(() => void child.close());
  child.bind(0, '127.0.0.1');
  await once(child, 'listening');
  const pipe = await attachedPipe(child.address().port);
  const stranger = await socketTo({ address: pipe.ip, port: pipe.port });
  child.connect(pipe.port, pipe.ip);
  await once(child, 'connect');
  for (const sender of [child, stranger]) await sendAll(sender, malformed(media));
  await viewer.receives(added[0], 5);

  // From the viewer itself, whose packets are read as if they had been decrypted.
  for (const packet of malformed(media)) viewer.send(packet);
  await viewer.receives(added[0], 30);
  expect(edge.context.workers.pids).toEqual(pids);
});
