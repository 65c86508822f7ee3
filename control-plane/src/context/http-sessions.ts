import { RedisHttpSessionStore } from '../adapters/redis/http-session-store.ts';
import type { Access } from '../app/access/access.ts';
import { Holding } from '../app/http-sessions/holding.ts';
import { HttpSessions } from '../app/http-sessions/http-sessions.ts';
import { Ingest } from '../app/http-sessions/ingest.ts';
import { Playback } from '../app/http-sessions/playback.ts';
import { Speakers } from '../app/http-sessions/speakers.ts';
import type { Departing } from '../app/session/departing.ts';
import type { Joining } from '../app/session/join.ts';
import type { Subscriptions } from '../app/session/subscriptions.ts';
import type { Tracks } from '../app/session/tracks.ts';
import type { Foundation } from './foundation.ts';
import type { MeshParts } from './mesh.ts';

interface Parts {
  access: Access;
  joining: Joining;
  departing: Departing;
  media: MeshParts['media'];
  tracks: Tracks;
  subscriptions: Subscriptions;
}

/** WHIP and WHEP. */
export function createHttpSessions(
  { access, joining, departing, media, tracks, subscriptions }: Parts,
  { config: { namespace, timing }, redis, clock, logger }: Foundation,
) {
  const httpSessionStore = new RedisHttpSessionStore(redis, namespace);
  const holding = new Holding({ store: httpSessionStore, media, ...timing.httpSessions, clock, logger });
  const httpSessions = new HttpSessions({
    access,
    joining,
    departing,
    media,
    store: httpSessionStore,
    holding,
    logger,
  });
  const speakers = new Speakers(clock);
  return {
    httpSessions,
    holding,
    speakers,
    ingest: new Ingest({ sessions: httpSessions, tracks }),
    playback: new Playback({ sessions: httpSessions, subscriptions, speakers, clock, logger }),
  };
}
