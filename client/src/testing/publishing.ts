import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Track } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import type { CanopyError } from '@canopy/runtime/errors';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { type LocalTrack, LocalTracks } from '../media/local-tracks.ts';
import type { Request } from '../signal/request-socket.ts';
import { InMemorySender } from './in-memory-sender.ts';

/** What the server is asked, and whether it can be and agrees. */
interface Server {
  connected: boolean;
  refuse: CanopyError | null;
  readonly requests: Request[];
}

/** What a participant publishes, over a session that does at once what it is asked. */
export async function publishing() {
  const clock = new VirtualClock();
  const server: Server = { connected: true, refuse: null, requests: [] };
  const session = new InMemorySender();
  const local = new LocalTracks(
    async (request) => {
      server.requests.push(request);
      if (server.refuse !== null) throw server.refuse;
    },
    () => server.connected,
    clock,
  );
  await local.reconcile(session, []);
  /** Lets time pass, and all that is ready to go on in it go on. */
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 500) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(500);
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { local, session, server, clock, pass };
}

export function camera(fields: Partial<LocalTrack> = {}): LocalTrack {
  const media = new FakeMediaStreamTrack({ kind: 'video' });
  return { source: TrackSource.CAMERA, media, muted: false, codec: 'VP8', ...fields };
}

/** A camera as the server knows it. */
export function published(id: string, fields: Partial<Track> = {}): Track {
  const what = { kind: TrackKind.VIDEO, source: TrackSource.CAMERA, muted: false };
  return { id, participantId: 'me', ...what, originEdgeId: 'e', ...fields };
}
