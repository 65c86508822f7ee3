import { PostgresChatRecords } from '../adapters/postgres/chat-records.ts';
import { PostgresPollRecords } from '../adapters/postgres/poll-records.ts';
import { PostgresQuestionRecords } from '../adapters/postgres/question-records.ts';
import type { RedisMeetingStore } from '../adapters/redis/meeting-store.ts';
import { type RequestLimit, requestLimiter } from '../adapters/redis/rate-limiter.ts';
import type { Access } from '../app/access/access.ts';
import type { LiveAccess } from '../app/access/live.ts';
import { Chat } from '../app/chat/chat.ts';
import { ReactionTelling } from '../app/chat/reaction-telling.ts';
import type { Rooms } from '../app/events/rooms.ts';
import { Polls } from '../app/polls/polls.ts';
import { ResultsTelling } from '../app/polls/results-telling.ts';
import { Questions } from '../app/questions/questions.ts';
import { VoteTelling } from '../app/questions/vote-telling.ts';
import { Hands } from '../app/reactions/hands.ts';
import { Reactions } from '../app/reactions/reactions.ts';
import type { AttendanceNotes } from '../app/session/attendance-notes.ts';
import { Naming } from '../app/session/naming.ts';
import type { Foundation } from './foundation.ts';

/** What one participant may do: write, edit, delete one's own and react in the chat on stage, the same in an audience, react over the stage, raise a hand, take another name or give one, ask a question, vote for questions and in polls, deal with questions and polls. */
const conversationLimits = {
  chat: { requests: 30, seconds: 10 },
  audienceChat: { requests: 6, seconds: 20 },
  reactions: { requests: 20, seconds: 10 },
  hands: { requests: 10, seconds: 10 },
  names: { requests: 10, seconds: 60 },
  questions: { requests: 5, seconds: 30 },
  votes: { requests: 30, seconds: 10 },
  handling: { requests: 30, seconds: 10 },
} as const satisfies Record<string, RequestLimit>;

interface ConversationParts {
  access: Access;
  live: LiveAccess;
  attendance: AttendanceNotes;
  store: RedisMeetingStore;
  rooms: Rooms;
}

/** What people say, ask, vote and show in a meeting. */
export function createConversation(
  { access, live, attendance, store, rooms }: ConversationParts,
  { config: { namespace }, db, redis, clock, logger }: Foundation,
) {
  const limit = (name: keyof typeof conversationLimits) =>
    requestLimiter(redis, `${namespace}:${name}`, conversationLimits[name]);
  const chatRecords = new PostgresChatRecords(db);
  const questionRecords = new PostgresQuestionRecords(db);
  const pollRecords = new PostgresPollRecords(db);
  const [votes, handling] = [limit('votes'), limit('handling')];
  return {
    chat: new Chat({
      access,
      records: chatRecords,
      store,
      rooms,
      telling: new ReactionTelling({ records: chatRecords, store, rooms, clock, logger }),
      limits: { stage: limit('chat'), audience: limit('audienceChat') },
    }),
    questions: new Questions({
      access,
      records: questionRecords,
      store,
      rooms,
      telling: new VoteTelling({ records: questionRecords, store, rooms, clock, logger }),
      limits: { ask: limit('questions'), vote: votes, handle: handling },
    }),
    polls: new Polls({
      access,
      records: pollRecords,
      store,
      rooms,
      telling: new ResultsTelling({ records: pollRecords, store, rooms, clock, logger }),
      limits: { vote: votes, manage: handling },
    }),
    reactions: new Reactions({ access, store, rooms, limit: limit('reactions'), clock, logger }),
    hands: new Hands({ access, store, rooms, limit: limit('hands') }),
    naming: new Naming({ access, live, attendance, store, rooms, limit: limit('names'), logger }),
  };
}
