import { EdgeFact, EdgeHeartbeat, Reservation } from '@canopy/proto/bus';
import { AttachRequest, LinkEvent, PullRequest, PullResponse } from '@canopy/proto/edge_link';
import { OpenSessionRequest, PublishTrackRequest, SetSubscriptionsRequest } from '@canopy/proto/edge_media';
import { RouteUpdate } from '@canopy/proto/routing';
import { MeetingEvent } from '@canopy/proto/signal';
import { fuzzing, fuzzTimeoutMs, mangledBytes } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeProbe, encodeProbe, looksLikeProbe } from '../adapters/probe-datagram.ts';

/** What comes in over NATS and gRPC. */
const messages = {
  EdgeFact,
  EdgeHeartbeat,
  Reservation,
  RouteUpdate,
  MeetingEvent,
  AttachRequest,
  LinkEvent,
  PullRequest,
  PullResponse,
  OpenSessionRequest,
  PublishTrackRequest,
  SetSubscriptionsRequest,
};

const heartbeat = EdgeHeartbeat.encode(
  EdgeHeartbeat.fromJSON({ edgeId: 'edge-1', region: 'eu', load: 0.4, sessions: 7 }),
);
const fact = EdgeFact.encode(EdgeFact.fromJSON({ edgeId: 'edge-1', bootId: 'b', linkLost: { meetingId: 'm' } }));
const route = RouteUpdate.encode(
  RouteUpdate.fromJSON({ table: { meetingId: 'm', epoch: 3, routes: [{ originEdgeId: 'o' }] } }),
);
const valid = [heartbeat, fact, route].map((writer) => writer.finish());

test.each(Object.entries(messages))(
  'bytes are a %s that can be written again, or an error',
  { timeout: fuzzTimeoutMs },
  (_name, type) => {
    fc.assert(
      fc.property(mangledBytes(valid), (bytes) => {
        let decoded: unknown;
        try {
          decoded = type.decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          return;
        }
        type.encode(decoded as never).finish();
      }),
      fuzzing(),
    );
  },
);

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
