import type { Joined } from '@canopy/proto/signal';
import { expect, it } from 'vitest';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { assign, manage, open, openWith, prepareBreakouts, untilIn } from '../src/testing/breakouts.ts';
import { joinWith } from '../src/testing/media.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined, type Person } from '../src/testing/people.ts';

const pair = pairForTests();

/** Ada hosts, Ben takes part through another replica. */
async function meeting(mode: 'meeting' | 'webinar' = 'meeting', role: 'panelist' | 'attendee' = 'panelist') {
  const meetingId = await newMeeting(pair.one.httpAddress, { mode });
  const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
  const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben', { role });
  return { meetingId, ada, ben };
}

const rename = (by: Person, { participantId }: Person, name: string) =>
  by.client.ask({ rename: { participantId, name } });
const named = ({ client }: Person, { participantId }: Person, name: string) =>
  client.untilEvent(({ participantUpdated: who }) => who?.id === participantId && who.name === name);
const namesIn = (there: Joined | undefined) => there?.meeting?.participants.map(({ name }) => name).sort();
const inMeeting = async (meetingId: string) => {
  const { body } = await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}/participants`);
  return (body.participants as { name: string }[]).map(({ name }) => name);
};

it('people give themselves another name, hosts give one, and everybody sees it at once and later', async () => {
  const { meetingId, ada, ben } = await meeting();
  await ben.client.ask({ raiseHand: {} });
  expect(await rename(ben, ben, '  Benjamin\u0000  Ito ')).toMatchObject({ done: {} });
  for (const person of [ada, ben]) await named(person, ben, 'Benjamin Ito');
  expect(await rename(ada, ben, 'Ben (Acme)')).toMatchObject({ done: {} });
  for (const person of [ada, ben]) await named(person, ben, 'Ben (Acme)');
  const { chatMessage } = await ben.client.ask({
    sendChat: { id: crypto.randomUUID(), scope: 'CHAT_SCOPE_EVERYONE', recipientId: '', text: 'Hi', replyTo: '' },
  });
  expect(chatMessage?.senderName).toBe('Ben (Acme)');
  const late = await joined(pair.mesh, pair.two, meetingId, 'Late');
  expect(namesIn(late.answer)).toEqual(['Ada', 'Ben (Acme)', 'Late']);
  expect(late.answer.meeting?.hands.map(({ name }) => name)).toEqual(['Ben (Acme)']);
});

it('who attends a webinar gives themselves another name, and is told the one that they are given', async () => {
  const { ada, ben } = await meeting('webinar', 'attendee');
  expect(ben.answer.name).toBe('Ben');
  await ben.client.ask({ raiseHand: {} });
  expect(await rename(ben, ben, 'Benjamin')).toMatchObject({ done: {} });
  for (const person of [ada, ben]) await named(person, ben, 'Benjamin');
  await rename(ada, ben, 'Ben (Acme)');
  await named(ben, ben, 'Ben (Acme)');
  const id = crypto.randomUUID();
  const { chatMessage } = await ben.client.ask({
    sendChat: { id, scope: 'CHAT_SCOPE_EVERYONE', recipientId: '', text: 'Hi', replyTo: '' },
  });
  const { question } = await ben.client.ask({
    askQuestion: { id: crypto.randomUUID(), text: 'Why?', anonymous: false },
  });
  expect([chatMessage?.senderName, question?.askerName]).toEqual(['Ben (Acme)', 'Ben (Acme)']);
  const again = await pair.mesh.client(pair.one);
  const { joined: answer } = await again.ask({ join: joinWith(ben.token) });
  expect([answer?.name, answer?.meeting?.hands.map(({ name }) => name)]).toEqual(['Ben (Acme)', ['Ben (Acme)']]);
});

it('who joins again with the same token keeps the name that they were given', async () => {
  const { meetingId, ada, ben } = await meeting();
  await rename(ada, ben, 'Benjamin');
  const again = await pair.mesh.client(pair.one);
  await again.ask({ join: joinWith(ben.token) });
  expect(await inMeeting(meetingId)).toEqual(expect.arrayContaining(['Ada', 'Benjamin']));
  await again.ask({ leave: {} });
  const back = await pair.mesh.client(pair.two);
  const { joined: answer } = await back.ask({ join: joinWith(ben.token) });
  expect(namesIn(answer)).toEqual(['Ada', 'Benjamin']);
});

it('who is given a name in a breakout room keeps it when they join again, and when they are back', async () => {
  const { meetingId, ada, ben, red } = await prepareBreakouts(pair);
  await openWith(ada, red, ben);
  for (const name of ['Benjamin', 'Benny']) expect(await rename(ben, ben, name)).toMatchObject({ done: {} });
  const joinAgain = async () => {
    const client = await pair.mesh.client(pair.one);
    const { joined: answer } = await client.ask({ join: joinWith(ben.token) });
    expect(namesIn(answer)).toEqual(['Ada', 'Benny', 'Cem']);
    return client;
  };
  const again = await joinAgain();
  expect(namesIn(await untilIn(again, red))).toEqual(['Benny']);
  await manage(ada.client, { close: {} });
  expect(namesIn(await untilIn(again, meetingId, 2))).toEqual(['Ada', 'Benny', 'Cem']);
  await joinAgain();
});

it('who is given a name on the way to a breakout room arrives there under that', async () => {
  const { ada, ben, red } = await prepareBreakouts(pair);
  await manage(ada.client, assign(red, ben));
  const { promise, resolve } = Promise.withResolvers<void>();
  pair.europe.untilOpened = promise;
  await manage(ada.client, open);
  await expect.poll(() => pair.europe.session(red, ben.participantId)).toBeDefined();
  await rename(ada, ben, 'Benjamin');
  await named(ben, ben, 'Benjamin');
  resolve();
  expect(namesIn(await untilIn(ben.client, red))).toEqual(['Benjamin']);
});

it('over the REST API as well, alone or with another role; of an audience the stage is told', async () => {
  const { meetingId, ada, ben } = await meeting('webinar', 'attendee');
  const change = (who: Person, body: object, by?: Person) =>
    call(
      pair.two.httpAddress,
      'PATCH',
      `/v1/meetings/${meetingId}/participants/${who.participantId}`,
      body,
      ...(by === undefined ? [] : [`Bearer ${by.token}`]),
    );
  expect((await change(ben, { name: 'Benjamin' }, ben)).body).toMatchObject({ name: 'Benjamin', role: 'attendee' });
  await named(ada, ben, 'Benjamin');
  const both = await change(ben, { name: 'Ben', role: 'panelist' });
  expect(both.body).toMatchObject({ name: 'Ben', role: 'panelist' });
  expect(codeOf(await change(ada, { name: 'Mine' }, ben))).toBe('FORBIDDEN');
  // Who is refused the role keeps the name, and the other way round.
  expect(codeOf(await change(ada, { name: 'Mine', role: 'panelist' }, ada))).toBe('LAST_HOST');
  expect(codeOf(await change(ben, { name: ' \u0000 ', role: 'attendee' }))).toBe('BAD_REQUEST');
  expect((await inMeeting(meetingId)).sort()).toEqual(['Ada', 'Ben']);
  expect(codeOf(await change({ ...ben, participantId: 'nobody' }, { name: 'Mine' }))).toBe('PARTICIPANT_NOT_FOUND');
  for (const body of [{}, { name: '' }, { name: ' \u0000 ' }, { name: 'x'.repeat(257) }])
    expect(codeOf(await change(ben, body))).toBe('BAD_REQUEST');
  const long = await change(ben, { name: 'x'.repeat(100) });
  expect(long.body.name).toBe('x'.repeat(64));
  expect((await change(ben, { name: 'Chief', role: 'host' }, ada)).body).toMatchObject({ name: 'Chief', role: 'host' });
});

it('nobody else is given another name by who may not moderate them, nor is anybody renamed without end', async () => {
  const { ada, ben } = await meeting();
  expect((await rename(ben, ada, 'Mine')).error?.code).toBe('FORBIDDEN');
  expect((await rename(ben, { ...ada, participantId: 'nobody' }, 'Mine')).error?.code).toBe('FORBIDDEN');
  const codes: (string | undefined)[] = [];
  for (let turn = 0; turn < 12; turn++) codes.push((await rename(ben, ben, `Ben ${turn}`)).error?.code);
  expect(codes.at(-1)).toBe('RATE_LIMITED');
});
