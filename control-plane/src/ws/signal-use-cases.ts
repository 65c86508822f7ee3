import type { Attendees } from '../app/session/attendees.ts';
import type { Departing } from '../app/session/departing.ts';
import type { Joining } from '../app/session/join.ts';
import type { Migrating } from '../app/session/migrating.ts';
import type { Resuming } from '../app/session/resume.ts';
import type { Showing } from '../app/session/showing.ts';
import type { Subscriptions } from '../app/session/subscriptions.ts';
import type { Tracks } from '../app/session/tracks.ts';
import type { Transports } from '../app/session/transports.ts';
import type { Unreachable } from '../app/session/unreachable.ts';

/** What signaling messages lead to. */
export interface SignalUseCases {
  joining: Pick<Joining, 'join'>;
  resuming: Pick<Resuming, 'resume'>;
  migrating: Pick<Migrating, 'finish'>;
  departing: Pick<Departing, 'leave' | 'disconnect' | 'release'>;
  tracks: Pick<Tracks, 'publish' | 'unpublish' | 'setMuted'>;
  subscriptions: Pick<Subscriptions, 'subscribe' | 'consumersReady'>;
  showing: Pick<Showing, 'spotlight' | 'report'>;
  attendees: Pick<Attendees, 'page'>;
  transports: Pick<Transports, 'connect' | 'restartIce' | 'path'>;
  unreachable: Pick<Unreachable, 'reported'>;
}
