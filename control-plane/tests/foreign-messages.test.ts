import { randomUUID } from 'node:crypto';
import { ChatScope } from '@canopy/proto/chat';
import { Moderation } from '@canopy/proto/moderation';
import { PollAction } from '@canopy/proto/polls';
import { QuestionAction } from '@canopy/proto/questions';
import { type ClientMessage, Role } from '@canopy/proto/signal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { type Furnished, furnished } from '../src/testing/furnished.ts';
import { camera } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, type Person, published } from '../src/testing/people.ts';
import { defaultSignalLimits } from '../src/ws/limits.ts';
import { sessionMessages } from '../src/ws/messages/index.ts';

const word = 'kingfisher';

let mesh: TestMesh;
let europe: FakeEdge;
let replica: ControlPlane;
let theirs: Furnished;
/** Host of another meeting, on the same edge. */
let mallory: Person;
let meetingId: string;

beforeAll(async () => {
  mesh = await TestMesh.create();
  europe = await mesh.edge('europe', 'eu-central-1');
  const messages = { ratePerSecond: 1_000, burst: 1_000 };
  replica = await mesh.replica({ signalLimits: { ...defaultSignalLimits, messages } });
  await mesh.untilHeard([replica], ['europe']);
  theirs = await furnished(mesh, replica, word);
  meetingId = await newMeeting(replica.httpAddress);
  mallory = await joined(mesh, replica, meetingId, 'Mallory');
  await mallory.client.ask({ manageBreakouts: { create: { names: ['Mine'], selfChosen: true } } });
});

afterAll(() => mesh[Symbol.asyncDispose]());

type Message = Omit<ClientMessage, 'id'>;
type Name = keyof typeof sessionMessages;

/** What names something of a meeting, with what is theirs. */
function namingTheirs(): Partial<Record<Name, Message[]>> {
  const { trackId, ids } = theirs;
  const { participantId, waitingId, messageId, questionId, pollId, roomId } = ids;
  const chat = { id: randomUUID(), scope: ChatScope.EVERYONE, recipientId: '', replyTo: '', text: 'Hi' };
  return {
    publish: [{ publish: { ...camera, trackId } }],
    unpublish: [{ unpublish: { trackId } }],
    setMuted: [{ setMuted: { trackId, muted: true } }],
    getTrackPath: [{ getTrackPath: { trackId } }],
    moderate: [{ moderate: { participantId, moderation: Moderation.REMOVE } }],
    transferHost: [{ transferHost: { participantId } }],
    changeRole: [{ changeRole: { participantId, role: Role.ATTENDEE } }],
    deny: [{ deny: { participantId: waitingId } }],
    admit: [{ admit: { participantIds: [waitingId] } }],
    rename: [{ rename: { participantId, name: 'Mine' } }],
    lowerHand: [{ lowerHand: { participantId } }],
    sendChat: [
      { sendChat: { ...chat, scope: ChatScope.DIRECT, recipientId: participantId } },
      { sendChat: { ...chat, replyTo: messageId } },
    ],
    editChat: [{ editChat: { messageId, text: 'Hi' } }],
    deleteChat: [{ deleteChat: { messageId } }],
    reactToChat: [{ reactToChat: { messageId, emoji: '👍', on: true } }],
    voteQuestion: [{ voteQuestion: { questionId, on: true } }],
    withdrawQuestion: [{ withdrawQuestion: { questionId } }],
    handleQuestion: [{ handleQuestion: { questionId, action: QuestionAction.DISMISS, answer: '' } }],
    controlPoll: [{ controlPoll: { pollId, action: PollAction.DELETE } }],
    votePoll: [{ votePoll: { pollId, choices: [0] } }],
    listPollVotes: [{ listPollVotes: { pollId, cursor: '', limit: 0 } }],
    chooseBreakout: [{ chooseBreakout: { roomId } }],
    manageBreakouts: [
      { manageBreakouts: { assign: { assignments: [{ participantId, roomId: '' }] } } },
      { manageBreakouts: { change: { open: false, rename: [{ id: roomId, name: 'Mine' }] } } },
    ],
    setSpotlight: [{ setSpotlight: { participantId, on: true } }],
    reportReception: [{ reportReception: { networkQuality: 4, seesTrackId: trackId } }],
  };
}

/** What is asked of edges, by session: looked at below. */
const elsewhere = ['subscribe', 'consumersReady', 'connectTransport'] as const satisfies Name[];

/** What is about oneself, or one's own meeting as a whole. */
const namingNothing = new Set<Name>([
  ...(['restartIce', 'getTime', 'migrated', 'mediaUnreachable', 'transferred', 'leave', 'ping'] as const),
  ...(['controlRecording', 'muteAll', 'changeRules', 'endMeeting', 'tellWaiting', 'askForHelp'] as const),
  ...(['listAttendees', 'listWaiting', 'listChat', 'listQuestions', 'listPolls', 'listLinks', 'revokeLinks'] as const),
  ...(['react', 'raiseHand', 'askQuestion', 'createPoll'] as const),
]);

it('refuses whatever names something of another meeting, and tells its people nothing of that', async () => {
  const naming = namingTheirs();
  const known = new Set<string>([...Object.keys(naming), ...elsewhere, ...namingNothing]);
  expect(Object.keys(sessionMessages).filter((name) => !known.has(name))).toEqual([]);
  const heard = theirs.host.client.events().length;
  for (const message of Object.values(naming).flat()) {
    const reply = await mallory.client.ask(message);
    expect(reply.error?.code, JSON.stringify(message)).toMatch(/^(?:FORBIDDEN|\w+_NOT_FOUND)$/);
    expect(JSON.stringify(reply)).not.toContain(word);
  }
  const { waitingId } = theirs.ids;
  expect(await theirs.host.client.ask({ ping: {} })).toMatchObject({ done: {} });
  expect(theirs.host.client.events().slice(heard)).toEqual([]);
  const { waitingList } = await theirs.host.client.ask({ listWaiting: {} });
  expect(waitingList?.people.map((person) => person.participantId)).toEqual([waitingId]);
});

it('lets nobody subscribe to a real track of another meeting, nor asks an edge for it', async () => {
  const { trackId } = theirs;
  expect(europe.session(theirs.meetingIds[0], theirs.host.participantId)?.tracks.has(trackId)).toBe(true);
  const own = await joined(mesh, replica, meetingId, 'Trudy');
  const track = await published(own, camera);
  const want = (id: string) => ({ trackId: id, width: 100, height: 100, priority: 1 });
  const { subscribed } = await mallory.client.ask({ subscribe: { wants: [want(trackId), want(track)] } });
  expect(subscribed?.added.map((consumer) => consumer.trackId)).toEqual([track]);
  expect(subscribed?.refused).toMatchObject([{ trackId, reason: { code: 'TRACK_NOT_FOUND' } }]);
  expect([...(europe.session(meetingId, mallory.participantId)?.targets.keys() ?? [])]).toEqual([track]);
});

it('asks edges about the asker’s own session only', async () => {
  const ben = await joined(mesh, replica, theirs.meetingIds[0], 'Ben');
  const consumerIds = ben.answer.consumers.map(({ consumerId }) => consumerId);
  expect(consumerIds).not.toEqual([]);
  await mallory.client.ask({ consumersReady: { consumerIds } });
  expect(europe.session(theirs.meetingIds[0], ben.participantId)?.resumed.size).toBe(0);
});
