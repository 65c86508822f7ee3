import { describe, expect, it } from 'vitest';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined, type Person } from '../src/testing/people.ts';

const pair = pairForTests();

const newWebinar = () => newMeeting(pair.one.httpAddress, { mode: 'webinar' });
const raise = async ({ client }: Person) => expect((await client.ask({ raiseHand: {} })).error).toBeUndefined();
const handsOf = ({ answer }: Person) => answer.meeting?.hands.map(({ name }) => name);
const raised = (person: Person, by: Person) =>
  person.client.untilEvent(({ handRaised }) => handRaised?.participantId === by.participantId);
const lowered = (person: Person, of: Person) =>
  person.client.untilEvent(({ handLowered }) => handLowered?.participantId === of.participantId);

describe('raised hands', () => {
  it('queue in the order of raising, for everybody in a meeting and those who come later', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben', { role: 'panelist' });
    const cem = await joined(pair.mesh, pair.one, meetingId, 'Cem', { role: 'attendee' });
    await raise(ben);
    await raise(cem);
    await raise(ada);
    await raise(ben);
    for (const person of [ada, ben, cem]) await raised(person, ada);
    expect(handsOf(await joined(pair.mesh, pair.two, meetingId, 'Late'))).toEqual(['Ben', 'Cem', 'Ada']);
    const refused = await cem.client.ask({ lowerHand: { participantId: ben.participantId } });
    expect(refused.error?.code).toBe('FORBIDDEN');
    await ada.client.ask({ lowerHand: { participantId: ben.participantId } });
    await cem.client.ask({ lowerHand: { participantId: '' } });
    await Promise.all([lowered(ben, ben), lowered(ben, cem)]);
    expect(handsOf(await joined(pair.mesh, pair.two, meetingId, 'Later'))).toEqual(['Ada']);
  });

  it('are raised and lowered, and emojis shown, over the REST API by who is in the meeting', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben', { role: 'panelist' });
    const path = `/v1/meetings/${meetingId}`;
    const asBen = `Bearer ${ben.token}`;
    expect((await call(pair.two.httpAddress, 'POST', `${path}/hands`, undefined, asBen)).status).toBe(204);
    await raised(ada, ben);
    const listed = await call(pair.one.httpAddress, 'GET', `${path}/participants`, undefined, `Bearer ${ada.token}`);
    expect(listed.body.hands).toEqual([{ participantId: ben.participantId, name: 'Ben' }]);
    const lower = (who: Person, as: Person) =>
      call(pair.one.httpAddress, 'DELETE', `${path}/hands/${who.participantId}`, undefined, `Bearer ${as.token}`);
    expect(codeOf(await lower(ada, ben))).toBe('FORBIDDEN');
    expect((await lower(ben, ada)).status).toBe(204);
    await lowered(ben, ben);
    // One that is down stays down; of somebody who is not there, there is none.
    expect((await lower(ben, ada)).status).toBe(204);
    const nobodys = await lower({ ...ben, participantId: 'nobody' }, ada);
    expect([nobodys.status, codeOf(nobodys)]).toEqual([404, 'PARTICIPANT_NOT_FOUND']);
    expect((await call(pair.one.httpAddress, 'POST', `${path}/reactions`, { emoji: '👏' }, asBen)).status).toBe(204);
    const { reactions } = await ada.client.untilEvent((event) => event.reactions !== undefined);
    expect(reactions).toMatchObject({ participantId: ben.participantId, counts: [{ emoji: '👏', count: 1 }] });
    expect(codeOf(await call(pair.one.httpAddress, 'POST', `${path}/reactions`, { emoji: 'x' }, asBen))).toBe(
      'BAD_REQUEST',
    );
    expect(codeOf(await call(pair.one.httpAddress, 'POST', `${path}/hands`))).toBe('FORBIDDEN');
    await ben.client.ask({ leave: {} });
    expect(codeOf(await call(pair.two.httpAddress, 'POST', `${path}/hands`, undefined, asBen))).toBe('TOKEN_INVALID');
  });

  it('of a webinar’s audience are seen by the stage and by whose they are', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ann = await joined(pair.mesh, pair.one, meetingId, 'Ann', { role: 'attendee' });
    const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben', { role: 'attendee' });
    await raise(ann);
    await raise(ben);
    await Promise.all([raised(ada, ann), raised(ada, ben), raised(ben, ben)]);
    expect(ben.client.events().map(({ handRaised }) => handRaised?.name)).toEqual(['Ben']);
    expect(handsOf(await joined(pair.mesh, pair.two, meetingId, 'Paul', { role: 'panelist' }))).toEqual(['Ann', 'Ben']);
    expect(handsOf(await joined(pair.mesh, pair.two, meetingId, 'Cem', { role: 'attendee' }))).toEqual([]);
  });

  it('stay up over a lost connection, and go down with who leaves or is called on stage', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ann = await joined(pair.mesh, pair.one, meetingId, 'Ann', { role: 'attendee' });
    const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben', { role: 'attendee' });
    const cem = await joined(pair.mesh, pair.two, meetingId, 'Cem', { role: 'attendee' });
    for (const person of [ann, ben, cem]) await raise(person);
    ann.client.cut();
    const client = await pair.mesh.client(pair.two);
    const position = { generation: 'another', sequence: 0 };
    const { resumed } = await client.ask({
      resume: { resumeToken: ann.answer.resumeToken, position, restartIce: false },
    });
    expect(resumed?.snapshot?.hands.map(({ name }) => name)).toEqual(['Ann']);
    await ben.client.ask({ leave: {} });
    await lowered(ada, ben);
    const path = `/v1/meetings/${meetingId}/participants/${cem.participantId}`;
    await call(pair.one.httpAddress, 'PATCH', path, { role: 'panelist' });
    await lowered(ada, cem);
    expect(handsOf(await joined(pair.mesh, pair.two, meetingId, 'Paul', { role: 'panelist' }))).toEqual(['Ann']);
  });
});

describe('reactions over the stage', () => {
  it('of who is on it are told at once, with whose they are', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ann = await joined(pair.mesh, pair.two, meetingId, 'Ann', { role: 'attendee' });
    await ada.client.ask({ react: { emoji: '🎉' } });
    const { reactions } = await ann.client.untilEvent((event) => event.reactions !== undefined);
    const counts = [{ emoji: '🎉', count: 1 }];
    expect(reactions).toEqual({ participantId: ada.participantId, name: 'Ada', counts });
    expect((await ada.client.ask({ react: { emoji: '🦖' } })).error?.code).toBe('MALFORMED_MESSAGE');
  });

  it('of an audience are counted, without names', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const audience = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        joined(pair.mesh, pair.two, meetingId, `Guest ${index}`, { role: 'attendee' }),
      ),
    );
    await Promise.all(
      audience.map(({ client }, index) => client.ask({ react: { emoji: index % 4 === 0 ? '👏' : '👍' } })),
    );
    const told = () => ada.client.events().flatMap(({ reactions }) => reactions ?? []);
    const total = () => told().flatMap(({ counts }) => counts);
    await ada.client.until(() => total().reduce((sum, { count }) => sum + count, 0) === 20 || undefined);
    expect(told().every(({ participantId }) => participantId === '')).toBe(true);
    const claps = total().filter(({ emoji }) => emoji === '👏');
    expect(claps.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  });
});
