import { readdirSync } from 'node:fs';
import { EdgeFact, EdgeHeartbeat } from '@canopy/proto/bus';
import { AttachRequest } from '@canopy/proto/edge_link';
import { OpenSessionRequest, SetSubscriptionsRequest } from '@canopy/proto/edge_media';
import { RouteUpdate } from '@canopy/proto/routing';
import { fuzzing, fuzzTimeoutMs, mangledBytes } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeProbe, encodeProbe, looksLikeProbe } from '../adapters/probe-datagram.ts';

interface MessageType {
  decode(bytes: Uint8Array): unknown;
  encode(message: unknown): { finish(): Uint8Array };
}

function isMessageType(exported: unknown): exported is MessageType {
  return typeof exported === 'object' && exported !== null && 'decode' in exported && 'encode' in exported;
}

/** Every message there is, by its name: what comes in over NATS and gRPC is among them, and none can be forgotten. */
async function messageTypes(): Promise<Map<string, MessageType>> {
  const types = new Map<string, MessageType>();
  for (const file of readdirSync(new URL('../../../proto/gen/canopy/v1', import.meta.url))) {
    const exported: Record<string, unknown> = await import(`@canopy/proto/${file.replace(/\.ts$/, '')}`);
    for (const [name, type] of Object.entries(exported)) if (isMessageType(type)) types.set(name, type);
  }
  return types;
}

const valid = [
  EdgeHeartbeat.encode(EdgeHeartbeat.fromJSON({ edgeId: 'edge-1', region: 'eu', load: 0.4, sessions: 7 })),
  EdgeFact.encode(EdgeFact.fromJSON({ edgeId: 'edge-1', bootId: 'b', linkLost: { meetingId: 'm' } })),
  RouteUpdate.encode(RouteUpdate.fromJSON({ table: { meetingId: 'm', epoch: 3, routes: [{ originEdgeId: 'o' }] } })),
  AttachRequest.encode(AttachRequest.fromJSON({ meetingId: 'm', linkId: 'l', endpoint: { ip: '127.0.0.1', port: 9 } })),
  OpenSessionRequest.encode(OpenSessionRequest.fromJSON({ meetingId: 'm', participantId: 'p', canPublish: true })),
  SetSubscriptionsRequest.encode(
    SetSubscriptionsRequest.fromJSON({ targets: [{ want: { trackId: 't', width: 640 }, originEdgeId: 'o' }] }),
  ),
].map((writer) => writer.finish());

test('bytes are a message that can be written again, or an error', { timeout: fuzzTimeoutMs }, async () => {
  const types = await messageTypes();
  expect([...types.keys()]).toEqual(
    expect.arrayContaining(['EdgeReached', 'GetRoutesRequest', 'ReleaseRequest', 'SetFlowRequest', 'MeetingEvent']),
  );
  fc.assert(
    fc.property(fc.constantFrom(...types), mangledBytes(valid), ([, type], bytes) => {
      let decoded: unknown;
      try {
        decoded = type.decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        return;
      }
      type.encode(decoded).finish();
    }),
    fuzzing(50 * types.size),
  );
});

test('a datagram that is not exactly what a neighbour signed is no probe', { timeout: fuzzTimeoutMs }, () => {
  const key = Buffer.from('a key that all edges have');
  const probe = { kind: 'request', token: 0x0123_4567_89ab_cdefn, sequence: 7 } as const;
  const datagram = encodeProbe(probe, key);
  const flipped = fc.nat(8 * datagram.length - 1).map((bit) => {
    const copy = Buffer.from(datagram);
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return copy;
  });
  fc.assert(
    fc.property(fc.oneof(flipped, mangledBytes([datagram])), (bytes) => {
      const received = Buffer.from(bytes);
      const read = looksLikeProbe(received) ? decodeProbe(received, key) : undefined;
      expect(read).toEqual(received.equals(datagram) ? probe : undefined);
    }),
    fuzzing(1_000),
  );
});
