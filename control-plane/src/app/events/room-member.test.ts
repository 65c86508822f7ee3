import type { MeetingEvent } from '@canopy/proto/signal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noReception } from '../../core/meeting/reception.ts';
import { liveSession } from '../../testing/live-session.ts';
import { RoomMember } from './room-member.ts';

const session = liveSession('p');
const attendee = liveSession('p', { role: 'attendee' });

const event = (sequence: number, generation = 'g'): MeetingEvent => ({ position: { generation, sequence } });
const stateAt = (sequence: number, generation = 'g') => ({
  participants: [],
  attendeeCount: 0,
  hands: [],
  webinar: false,
  tracks: [],
  position: { generation, sequence },
});

function listen() {
  const heard: (number | string)[] = [];
  const member = new RoomMember({
    event: ({ position }) => heard.push(position?.sequence ?? -1),
    counts: ({ attendeeCount }) => heard.push(`${attendeeCount} attend`),
    receptions: ({ seeingNone }) => heard.push(`${seeingNone} see none`),
    snapshot: ({ position }) => heard.push(`${position.generation}${position.sequence}`),
    goodbye: (code) => heard.push(code),
    push: async () => {},
    transfer: async () => {},
    isOpen: true,
  });
  return { member, heard };
}

describe('a room’s member', () => {
  it('hears nothing before its answer and then everything after the answer’s position, once and in order', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(20), (before, answered, after) => {
        const { member, heard } = listen();
        for (let sequence = 1; sequence <= before; sequence++) member.event(event(sequence));
        expect(heard).toEqual([]);
        member.begin(session, { generation: 'g', sequence: answered });
        for (let sequence = before + 1; sequence <= before + after; sequence++) member.event(event(sequence));
        const last = before + after;
        expect(heard).toEqual(Array.from({ length: Math.max(0, last - answered) }, (_, index) => answered + 1 + index));
      }),
    );
  });

  it('hears of attendees only if its role allows, and of everything else all the same', () => {
    const flags = fc.array(fc.boolean(), { maxLength: 30 });
    fc.assert(
      fc.property(flags, fc.nat(30), fc.nat(30), (ofAttendee, begins, answered) => {
        const stream = ofAttendee.map((flag, index) => ({ ...event(index + 1), ...(flag && { ofAttendee: true }) }));
        const [host, watcher] = [listen(), listen()];
        for (const one of stream.slice(0, begins)) for (const { member } of [host, watcher]) member.event(one);
        host.member.begin(session, { generation: 'g', sequence: answered });
        watcher.member.begin(attendee, { generation: 'g', sequence: answered });
        for (const one of stream.slice(begins)) for (const { member } of [host, watcher]) member.event(one);
        const after = stream.slice(answered);
        expect(host.heard).toEqual(after.map(({ position }) => position?.sequence));
        const told = after.filter((one) => !('ofAttendee' in one));
        expect(watcher.heard).toEqual(told.map(({ position }) => position?.sequence));
      }),
    );
  });

  it('learns how many attend when that is new to it, and only if it does not follow them', () => {
    const [host, watcher] = [listen(), listen()];
    watcher.member.counts({ attendeeCount: 1 });
    host.member.begin(session, { generation: 'g', sequence: 1 });
    watcher.member.begin(attendee, { generation: 'g', sequence: 1 });
    for (const attendeeCount of [1, 1, 2]) for (const { member } of [host, watcher]) member.counts({ attendeeCount });
    expect(host.heard).toEqual([]);
    expect(watcher.heard).toEqual(['1 attend', '2 attend']);
  });

  it('is told the number again that a snapshot said otherwise', () => {
    const { member, heard } = listen();
    member.begin(attendee, { generation: 'g', sequence: 1 });
    member.counts({ attendeeCount: 2 });
    member.snapshot({ ...stateAt(1, 'h'), attendeeCount: 1 });
    member.counts({ attendeeCount: 1 });
    member.counts({ attendeeCount: 2 });
    expect(heard).toEqual(['2 attend', 'h1', '2 attend']);
  });

  it('is told whom the meeting reaches once, as long as nothing changes', () => {
    const { member, heard } = listen();
    member.begin(session, { generation: 'g', sequence: 0 });
    const counts = { ...noReception, seeingNone: 7 };
    for (const told of [counts, counts, { ...counts, seeingNone: 8 }]) member.receptions(told);
    expect(heard).toEqual(['7 see none', '8 see none']);
  });

  it('is told anew whom the meeting reaches when all it knows was replaced', () => {
    const { member, heard } = listen();
    const position = { generation: 'g', sequence: 0 };
    member.begin(session, position);
    const counts = { ...noReception, seeingNone: 7 };
    member.receptions(counts);
    member.snapshot(stateAt(0));
    member.receptions(counts);
    expect(heard).toEqual(['7 see none', 'g0', '7 see none']);
  });

  it('does not hear an event twice', () => {
    const { member, heard } = listen();
    member.begin(session, { generation: 'g', sequence: 1 });
    member.event(event(2));
    member.event(event(2));
    expect(heard).toEqual([2]);
  });

  it('gets a snapshot that overtook its answer', () => {
    const { member, heard } = listen();
    member.snapshot(stateAt(5));
    member.event(event(6));
    member.begin(session, { generation: 'g', sequence: 3 });
    expect(heard).toEqual(['g5', 6]);
  });

  it('goes on in the new stream after a snapshot, deaf to the old one', () => {
    const { member, heard } = listen();
    member.begin(session, { generation: 'g', sequence: 3 });
    member.snapshot(stateAt(1, 'h'));
    member.event(event(4));
    member.event(event(2, 'h'));
    expect(heard).toEqual(['h1', 2]);
  });
});
