import { TrackKind, TrackSource } from '@canopy/proto/media';
import { type Joined, type MeetingSnapshot, type Participant, Role, type Track } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { MeetingModel } from './meeting-model.ts';
import type { MeetingView } from './meeting-view.ts';
import { applyEvent } from './state/meeting-state.ts';
import { offerOn } from './testing/browser-without-media.ts';

function participant(id: string, name = id): Participant {
  return { id, name, role: Role.PANELIST, edgeId: 'here', region: '', connected: true };
}

function track(id: string, participantId: string): Track {
  return { id, participantId, kind: TrackKind.VIDEO, source: TrackSource.CAMERA, muted: false, originEdgeId: 'here' };
}

function joined(meetingId: string, known: Partial<MeetingSnapshot> = {}): Joined {
  const lists = { participants: [], tracks: [], hands: [] };
  const position = { generation: meetingId, sequence: 0 };
  const meeting = { meetingId, title: meetingId, ...lists, attendeeCount: 0, webinar: true, position, ...known };
  return { ...offerOn(`edge of ${meetingId}`), participantId: 'me', role: Role.PANELIST, resumeToken: 't', meeting };
}

/** A participant of the meeting "main", each view that was shown since, and each fact that was told, in order. */
function modelOf(known: Partial<MeetingSnapshot> = {}) {
  const clock = new VirtualClock();
  const model = new MeetingModel(joined('main', known), { connection: 'connected', published: new Map() }, clock);
  const views: MeetingView[] = [];
  const facts: string[] = [];
  model.events.on('changed', (view) => {
    views.push(view);
    facts.push(`shows ${[...view.tracks.keys()].join()}`);
  });
  model.events.on('tracksGone', (trackIds) => facts.push(`gone ${trackIds.join()}`));
  model.events.on('tracksChanged', (tracks) => facts.push(`has ${[...tracks.keys()].join()}`));
  const happens = (change: object, ofAttendee = false) => {
    const { generation, sequence } = model.latestState.position;
    const event = { position: { generation, sequence: sequence + 1 }, ofAttendee, ...change };
    model.follow(applyEvent(model.latestState, event).state, ofAttendee);
  };
  return { clock, model, views, facts, happens };
}

test('tracks that are no more are told of before the view is without them, and then which there are', () => {
  const { facts, happens } = modelOf({ tracks: [track('ada’s', 'ada'), track('ben’s', 'ben')] });
  happens({ trackUnpublished: { trackId: 'ada’s' } });
  expect(facts).toEqual(['gone ada’s', 'shows ben’s', 'has ben’s']);
});

test('attendees who come by the hundred are shown together, and whoever comes to the stage at once', () => {
  const { clock, model, views, happens } = modelOf();
  for (let viewer = 1; viewer <= 100; viewer++) happens({ participantJoined: participant(`viewer-${viewer}`) }, true);
  expect(views).toEqual([]);
  clock.advance(200);
  expect(views.map(({ attendees }) => attendees.size)).toEqual([100]);
  happens({ participantJoined: participant('viewer-101') }, true);
  happens({ participantJoined: participant('ada') });
  expect([model.view.attendees.size, [...model.view.participants.keys()]]).toEqual([101, ['ada']]);
});

test('everybody may look through the crowd of a meeting, and nobody through the audience they are in', () => {
  const attends = { ...joined('main', { attendeeCount: 7 }), role: Role.ATTENDEE };
  const shownTo = (webinar: boolean) => {
    const meeting = attends.meeting && { ...attends.meeting, webinar };
    const model = new MeetingModel(
      { ...attends, meeting },
      { connection: 'connected', published: new Map() },
      new VirtualClock(),
    );
    return model.view.moreAttendees;
  };
  expect([shownTo(false), shownTo(true)]).toEqual([true, false]);
});

test('nothing is shown any more once it is closed', () => {
  const { clock, model, views, happens } = modelOf();
  happens({ participantJoined: participant('viewer') }, true);
  model.close();
  clock.advance(1_000);
  expect(views).toEqual([]);
});

test('the meeting that is left is shown until the other one is arrived at, as that is by then', () => {
  const { model, facts, happens } = modelOf({ tracks: [track('ada’s', 'ada')] });
  const room = { ...joined('room', { tracks: [track('ben’s', 'ben')] }), role: Role.HOST };
  model.depart(room);
  happens({ trackPublished: track('mine', 'me') });
  expect(model.arriving).toBe(room);
  expect(model.view).toMatchObject({ meetingId: 'main', arriving: { meetingId: 'room', title: 'room' } });
  expect([model.view.self.role, model.latestRole]).toEqual([Role.PANELIST, Role.HOST]);
  facts.length = 0;
  expect(model.arrive()).toBe(true);
  expect(facts).toEqual(['gone ada’s', 'shows ben’s,mine', 'has ben’s,mine']);
  const self = { role: Role.HOST, edge: { id: 'edge of room' } };
  expect(model.view).toMatchObject({ meetingId: 'room', mainMeetingId: 'main', arriving: null, self });
  expect(model.ownTracks.map(({ id }) => id)).toEqual(['mine']);
  expect(model.arrive()).toBe(false);
});

test('a new session shows what it was told, wherever this participant was on the way to', () => {
  const { model } = modelOf({ participants: [participant('ada')] });
  model.depart(joined('room'));
  model.rejoined({ ...joined('main', { participants: [participant('ben'), participant('me', 'Noah')] }), name: 'N' });
  const { participants, self, arriving, media } = model.view;
  expect([[...participants.keys()], self.name, arriving, media]).toEqual([['ben', 'me'], 'Noah', null, 'connecting']);
  expect([model.arriving, model.arrive()]).toEqual([undefined, false]);
});

test('who is called something else in the roster goes by that', () => {
  const { model, happens } = modelOf({ participants: [participant('me', 'Noah')] });
  happens({ participantUpdated: participant('me', 'Noah (Acme)') });
  expect(model.view.self.name).toBe('Noah (Acme)');
});

test('an attendee whom no event tells of its new name goes by what it is told', () => {
  const { model } = modelOf();
  model.named('Noah B.');
  expect(model.view.self.name).toBe('Noah B.');
});

test('numbers that are told apart from the events are shown at once', () => {
  const { model, views } = modelOf();
  model.told({ attendeeCount: 7 });
  expect([views.length, model.view.attendeeCount]).toEqual([1, 7]);
});
