import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from '@canopy/client/api';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting, testApiKey } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { operations } from '../src/testing/operations.ts';
import { joined } from '../src/testing/people.ts';

let mesh: TestMesh;
let replica: ControlPlane;
let url: string;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('europe', 'eu-central-1');
  replica = await mesh.replica();
  url = `http://${replica.httpAddress}`;
  await mesh.untilHeard([replica], ['europe']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

/** Each method of the SDK's `Api`, and where it depends on what is given which operation that is, once for each. */
const methods: ((api: Api) => Promise<unknown>)[] = [
  (api) => api.getConfig(),
  (api) => api.createMeeting({}),
  (api) => api.listMeetings(),
  (api) => api.getMeeting('m'),
  (api) => api.getInvitation('m'),
  (api) => api.changeMeeting('m', {}),
  (api) => api.changeRole('m', 'p', 'host'),
  (api) => api.createToken('m', { name: 'Ada', role: 'host' }),
  (api) => api.listLinks('m'),
  (api) => api.revokeLinks('m'),
  (api) => api.getBreakouts('m'),
  (api) => api.createBreakouts('m', { names: [] }),
  (api) => api.changeBreakouts('m', {}),
  (api) => api.assignBreakouts('m', { random: {} }),
  (api) => api.broadcastToBreakouts('m', { text: 'Hello' }),
  (api) => api.chooseBreakout('m', null),
  (api) => api.askForHelp('m', true),
  (api) => api.closeBreakouts('m'),
  (api) => api.endMeeting('m'),
  (api) => api.getShortlist('m'),
  (api) => api.chooseEdge('m'),
  (api) => api.getPlan('m'),
  (api) => api.getEdge('e'),
  (api) => api.getMesh(),
  ({ account }) => account.signUp({ email: 'ada@example.org', password: 'p', name: 'Ada' }),
  ({ account }) => account.signIn('ada@example.org', 'p'),
  ({ account }) => account.signOut(),
  ({ account }) => account.current(),
  ({ account }) => account.get(),
  ({ account }) => account.change({}),
  ({ account }) => account.changePassword('p', 'q'),
  ({ account }) => account.createPasswordReset('ada'),
  ({ account }) => account.resetPassword('t', 'p'),
  ({ account }) => account.remove(),
  ({ account }) => account.openRoom(),
  ({ account }) => account.getRoom('ada'),
  ({ chat }) => chat.list('m'),
  ({ chat }) => chat.send('m', 'Hello'),
  ({ chat }) => chat.edit('m', 'i', 'Hello'),
  ({ chat }) => chat.remove('m', 'i'),
  ({ keys }) => keys.list(),
  ({ keys }) => keys.create({ name: 'Shop', scopes: [] }),
  ({ keys }) => keys.rotate('k'),
  ({ keys }) => keys.revoke('k'),
  ({ moderation }) => moderation.moderate('m', 'p', 'mute'),
  ({ moderation }) => moderation.rename('m', 'p', 'Ada'),
  ({ moderation }) => moderation.setSpotlight('m', 'p', true),
  ({ moderation }) => moderation.setSpotlight('m', 'p', false),
  ({ moderation }) => moderation.muteAll('m', true),
  ({ moderation }) => moderation.changeRules('m', {}),
  ({ moderation }) => moderation.transferHost('m', 'p'),
  ({ moderation }) => moderation.listWaiting('m'),
  ({ moderation }) => moderation.admit('m', 'everybody'),
  ({ moderation }) => moderation.deny('m', 'p'),
  ({ moderation }) => moderation.listBans('m'),
  ({ moderation }) => moderation.liftBan('m', 'p'),
  ({ moderation }) => moderation.tellWaiting('m', 'Soon'),
  ({ operators }) => operators.drain('e'),
  ({ operators }) => operators.undrain('e'),
  ({ operators }) => operators.health(),
  ({ operators }) => operators.events(),
  ({ operators }) => operators.participants('m'),
  ({ operators }) => operators.attendees('m'),
  ({ operators }) => operators.placement('m', 'p'),
  ({ operators }) => operators.foresee({ address: '192.0.2.1' }),
  ({ operators }) => operators.audit(),
  ({ operators }) => operators.warm('m', {}),
  ({ polls }) => polls.list('m'),
  ({ polls }) => polls.create('m', { question: 'Lunch?', options: [] }),
  ({ polls }) => polls.open('m', 'i'),
  ({ polls }) => polls.close('m', 'i'),
  ({ polls }) => polls.share('m', 'i'),
  ({ polls }) => polls.remove('m', 'i'),
  ({ polls }) => polls.vote('m', 'i', [0]),
  ({ polls }) => polls.votes('m', 'i'),
  ({ questions }) => questions.list('m'),
  ({ questions }) => questions.ask('m', 'Why?'),
  ({ questions }) => questions.vote('m', 'i', true),
  ({ questions }) => questions.vote('m', 'i', false),
  ({ questions }) => questions.withdraw('m', 'i'),
  ({ questions }) => questions.answerLive('m', 'i'),
  ({ questions }) => questions.answer('m', 'i'),
  ({ questions }) => questions.dismiss('m', 'i'),
  ({ questions }) => questions.reopen('m', 'i'),
  ({ reactions }) => reactions.send('m', '👍'),
  ({ reactions }) => reactions.raiseHand('m'),
  ({ reactions }) => reactions.lowerHand('m', 'p'),
  ({ reactions }) => reactions.reactToMessage('m', 'i', '👍', true),
  ({ reactions }) => reactions.reactToMessage('m', 'i', '👍', false),
  ({ recordings }) => recordings.start('m'),
  ({ recordings }) => recordings.pause('m', 'r'),
  ({ recordings }) => recordings.resume('m', 'r'),
  ({ recordings }) => recordings.stop('m', 'r'),
  ({ recordings }) => recordings.get('m', 'r'),
  ({ recordings }) => recordings.list('m'),
  ({ recordings }) => recordings.listOwn(),
  ({ recordings }) => recordings.link('m', 'r'),
  ({ recordings }) => recordings.remove('m', 'r'),
  ({ registrations }) => registrations.register('m', { name: 'Ada', email: 'ada@example.org' }),
  ({ registrations }) => registrations.list('m'),
  ({ registrations }) => registrations.cancel('m', 'r'),
  ({ schedules }) => schedules.create({ timeZone: 'Europe/Berlin', start: '2027-03-02T10:00' }),
  ({ schedules }) => schedules.list(new Date(0), new Date(1)),
  ({ schedules }) => schedules.get('s'),
  ({ schedules }) => schedules.change('s', {}),
  ({ schedules }) => schedules.cancel('s'),
  ({ schedules }) => schedules.changeMeeting('s', 'm', {}),
  ({ schedules }) => schedules.cancelMeeting('s', 'm'),
  ({ schedules }) => schedules.invitation('s'),
  ({ webhooks }) => webhooks.create('https://example.org'),
  ({ webhooks }) => webhooks.list(),
  ({ webhooks }) => webhooks.remove('w'),
  ({ webhooks }) => webhooks.deliveries('w'),
  ({ webhooks }) => webhooks.replay('w', 'd'),
];

/** Operations that need no method of the SDK, and why. */
const withoutMethod: Record<string, string> = {
  'GET /v1/meetings/{id}/recordings/{rid}/file': 'a file, at the address that `recordings.link` gives',
  'GET /v1/schedules/{id}/invitation.ics': 'a file for calendars, at the address in `Schedule.links`',
  'GET /v1/prometheus/targets': 'Prometheus asks for it itself',
  'POST /v1/whip': 'WHIP and WHEP are for publishers and players that speak them',
  'POST /v1/whip/{id}': 'as above',
  'PATCH /v1/whip/{id}/{resource}': 'as above',
  'DELETE /v1/whip/{id}/{resource}': 'as above',
  'POST /v1/whep': 'as above',
  'POST /v1/whep/{id}': 'as above',
  'PATCH /v1/whep/{id}/{resource}': 'as above',
  'DELETE /v1/whep/{id}/{resource}': 'as above',
};

/** What these methods ask a server for, as `GET /v1/meetings/m`. */
async function requestsOf(calls: readonly ((api: Api) => Promise<unknown>)[]): Promise<string[]> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    requests.push(`${request.method} ${decodeURIComponent(pathname)}`);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const api = new Api({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  for (const call of calls) await call(api);
  return requests;
}

/** The operation that a request is for: the one that leaves least open. */
function operationFor(request: string, described: readonly string[]): string {
  const open = (operation: string) => operation.split('{').length;
  const fits = (operation: string) => new RegExp(`^${operation.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(request);
  return described.filter(fits).sort((a, b) => open(a) - open(b))[0] ?? `not described: ${request}`;
}

/** A webinar with its host and Ann, who watches; and the API as a server of its owner uses it, and as Ann does. */
async function webinar() {
  const meetingId = await newMeeting(replica.httpAddress, { mode: 'webinar' });
  const ada = await joined(mesh, replica, meetingId, 'Ada');
  const ann = await joined(mesh, replica, meetingId, 'Ann', { role: 'attendee' });
  const server = new Api({ url, apiKey: `${testApiKey.id}.${testApiKey.secret}` });
  return { meetingId, ada, ann, server, asAnn: new Api({ url, apiKey: ann.token }) };
}

describe('the SDK', () => {
  it('has a method for every operation of the API', async () => {
    const described = (await operations(replica.httpAddress)).map(({ method, path }) => `${method} ${path}`);
    const done = (await requestsOf(methods)).map((request) => operationFor(request, described));
    expect([...new Set(done), ...Object.keys(withoutMethod)].sort()).toEqual(described.sort());
  });

  it('writes, edits, lists and deletes messages, for a server and for somebody in the meeting', async () => {
    const { meetingId, ada, ann, server, asAnn } = await webinar();
    const { id: replyTo } = await server.chat.send(meetingId, 'Welcome', { senderName: 'Shop' });
    const { id } = await asAnn.chat.send(meetingId, 'Helo', { to: 'stage', replyTo });
    await asAnn.chat.edit(meetingId, id, 'Hello');
    const direct = await asAnn.chat.send(meetingId, 'To you', { to: { participantId: ada.participantId } });
    expect(direct).toMatchObject({ scope: 'direct', recipient: { id: ada.participantId } });
    const { messages, nextCursor } = await server.chat.list(meetingId, { limit: 1 });
    const sender = { id: ann.participantId, name: 'Ann' };
    expect(messages).toMatchObject([{ id, sender, scope: 'stage', text: 'Hello', replyTo, edited: true }]);
    expect(await server.chat.list(meetingId, { cursor: nextCursor ?? '' })).toMatchObject({
      messages: [{ id: replyTo, sender: { id: null, name: 'Shop' }, text: 'Welcome' }],
      nextCursor: null,
    });
    expect(await server.chat.remove(meetingId, id)).toMatchObject({ id, deleted: true, text: '' });
  });

  it('asks questions, votes for them and answers them', async () => {
    const { meetingId, ann, server, asAnn } = await webinar();
    const { questions } = server;
    const { id } = await asAnn.questions.ask(meetingId, 'Slides?');
    await asAnn.questions.vote(meetingId, id);
    const asker = { id: ann.participantId, name: 'Ann' };
    expect(await asAnn.questions.list(meetingId)).toMatchObject({
      questions: [{ id, asker, status: 'open', votes: 1, mine: true, voted: true }],
      nextCursor: null,
    });
    await asAnn.questions.vote(meetingId, id, false);
    expect(await questions.answerLive(meetingId, id)).toMatchObject({ status: 'answering', votes: 0 });
    expect(await questions.answer(meetingId, id, 'Tonight')).toMatchObject({ status: 'answered', answer: 'Tonight' });
    expect(await questions.reopen(meetingId, id)).toMatchObject({ status: 'open', answer: null });
    expect(await questions.dismiss(meetingId, id)).toMatchObject({ status: 'dismissed' });
    await asAnn.questions.withdraw(meetingId, id);
    expect(await questions.list(meetingId)).toEqual({ questions: [], nextCursor: null });
  });

  it('makes a poll, counts the votes and shares them', async () => {
    const { meetingId, ann, server, asAnn } = await webinar();
    const { polls } = server;
    const { id } = await polls.create(meetingId, { question: 'Lunch?', options: ['Soup', 'Salad'] });
    expect(await polls.open(meetingId, id)).toMatchObject({ status: 'open' });
    await asAnn.polls.vote(meetingId, id, [1]);
    expect(await polls.votes(meetingId, id)).toEqual({
      votes: [{ participantId: ann.participantId, name: 'Ann', choices: [1] }],
      nextCursor: null,
    });
    expect(await asAnn.polls.list(meetingId)).toMatchObject([{ id, results: null, ownChoices: [1] }]);
    await polls.close(meetingId, id);
    await polls.share(meetingId, id);
    expect(await asAnn.polls.list(meetingId)).toMatchObject([
      { status: 'shared', results: { counts: [0, 1], voters: 1 } },
    ]);
    await polls.remove(meetingId, id);
    expect(await polls.list(meetingId)).toEqual([]);
  });
});
