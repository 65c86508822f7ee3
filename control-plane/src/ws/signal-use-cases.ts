import type { BreakoutRooms } from '../app/breakouts/breakouts.ts';
import type { Chat } from '../app/chat/chat.ts';
import type { Doorkeeping } from '../app/entry/doorkeeping.ts';
import type { Links } from '../app/meetings/links.ts';
import type { Meetings } from '../app/meetings/meetings.ts';
import type { Moderating } from '../app/moderation/moderating.ts';
import type { Rules } from '../app/moderation/rules.ts';
import type { Polls } from '../app/polls/polls.ts';
import type { Questions } from '../app/questions/questions.ts';
import type { Hands } from '../app/reactions/hands.ts';
import type { Reactions } from '../app/reactions/reactions.ts';
import type { Recordings } from '../app/recording/recordings.ts';
import type { Attendees } from '../app/session/attendees.ts';
import type { Departing } from '../app/session/departing.ts';
import type { Joining } from '../app/session/join.ts';
import type { Migrating } from '../app/session/migrating.ts';
import type { Naming } from '../app/session/naming.ts';
import type { Resuming } from '../app/session/resume.ts';
import type { Roles } from '../app/session/roles.ts';
import type { Showing } from '../app/session/showing.ts';
import type { Subscriptions } from '../app/session/subscriptions.ts';
import type { Tracks } from '../app/session/tracks.ts';
import type { Transferring } from '../app/session/transferring.ts';
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
  moderating: Pick<Moderating, 'moderate' | 'muteAll'>;
  rules: Pick<Rules, 'change'>;
  doorkeeping: Pick<Doorkeeping, 'list' | 'admit' | 'deny' | 'say'>;
  roles: Pick<Roles, 'change' | 'transferHost'>;
  links: Pick<Links, 'list' | 'revoke'>;
  meetings: Pick<Meetings, 'end'>;
  showing: Pick<Showing, 'spotlight' | 'report'>;
  attendees: Pick<Attendees, 'page'>;
  recordings: Pick<Recordings, 'start' | 'changeCurrent'>;
  transports: Pick<Transports, 'connect' | 'restartIce' | 'path'>;
  chat: Pick<Chat, 'post' | 'edit' | 'erase' | 'react' | 'page'>;
  questions: Pick<Questions, 'ask' | 'vote' | 'withdraw' | 'handle' | 'page'>;
  polls: Pick<Polls, 'create' | 'moveOn' | 'remove' | 'vote' | 'list' | 'votes'>;
  reactions: Pick<Reactions, 'send'>;
  hands: Pick<Hands, 'raise' | 'lower'>;
  naming: Pick<Naming, 'rename'>;
  transferring: Pick<Transferring, 'finish'>;
  breakouts: Pick<
    BreakoutRooms,
    'create' | 'change' | 'assign' | 'shuffle' | 'broadcast' | 'close' | 'choose' | 'askForHelp'
  >;
  unreachable: Pick<Unreachable, 'reported'>;
}
