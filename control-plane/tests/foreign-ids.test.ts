import { errorCodes } from '@canopy/runtime/errors';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultRequestLimits } from '../src/adapters/redis/request-limits.ts';
import type { ControlPlane } from '../src/context.ts';
import { chromiumOffer } from '../src/core/sdp/testing/offers.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import { type Furnished, furnished } from '../src/testing/furnished.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { bodyFor, type Operation, operations } from '../src/testing/operations.ts';
import { joined } from '../src/testing/people.ts';
import { fragmentWith } from '../src/testing/sdp-requests.ts';
import { Visitor } from '../src/testing/visitor.ts';

/** In whatever somebody wrote there. */
const word = 'kingfisher';
const plenty = { requests: 1_000_000, seconds: 60 };

let mesh: TestMesh;
let replica: ControlPlane;
let url: string;
let theirs: Furnished;
let all: Operation[];

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('europe', 'eu-central-1');
  const requestLimits = { ...defaultRequestLimits, address: plenty, key: plenty, user: plenty, participant: plenty };
  replica = await mesh.replica({ requestLimits });
  url = replica.httpAddress;
  await mesh.untilHeard([replica], ['europe']);
  theirs = await furnished(mesh, replica, word);
  const named = (await operations(url)).filter(({ path }) => path.includes('{'));
  all = named.filter(({ method, path }) => !forWhoeverHasTheLink.has(`${method} ${path}`));
  expect(all.length).toBeGreaterThan(70);
});

afterAll(() => mesh[Symbol.asyncDispose]());

/** What is public by its link, as the description says. */
const forWhoeverHasTheLink = new Set([
  'GET /v1/rooms/{handle}',
  'GET /v1/schedules/{id}/invitation',
  'GET /v1/schedules/{id}/invitation.ics',
]);

/** What `{id}` is of: `meetings`, `schedules` and so on. */
const familyOf = ({ path }: Operation) => path.split('/')[2] ?? '';

/** What is theirs, by family. */
function theirPlaces(): Readonly<Record<string, readonly string[]>> {
  const { meetingIds, ids } = theirs;
  const [meetingId] = meetingIds;
  return {
    meetings: meetingIds,
    whip: [meetingId],
    whep: [meetingId],
    schedules: [ids.scheduleId],
    webhooks: [ids.webhookId],
    keys: [ids.keyId],
    edges: ['europe'],
  };
}

/** The address of an operation at a place, with their ids for all other parameters. */
function addressOf(operation: Operation, place: string): string {
  const { ids } = theirs;
  const { path } = operation;
  const family = familyOf(operation);
  const known: Record<string, string> = {
    ...ids,
    id: place,
    meetingId: ids.occurrenceId,
    moderation: 'mute',
    emoji: '%F0%9F%91%8D',
    ...(path.includes('/bans/') && { participantId: ids.bannedId }),
    ...(family === 'whip' && { resource: ids.whip }),
    ...(family === 'whep' && { resource: ids.whep }),
  };
  const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`what is {${name}} in ${path}?`);
    return value;
  });
  return path.endsWith('/file') ? `${filled}?token=guessed` : filled;
}

interface Stranger {
  headers: Record<string, string>;
  /** What is their own, by family. */
  places: Readonly<Record<string, string>>;
  refusals: readonly number[];
}

interface Asked {
  name: string;
  status: number;
  text: string;
}

/** What a stranger is answered who asks at a place, with their ids for all else. */
async function asked(stranger: Stranger, operation: Operation, place: string): Promise<Asked> {
  const { method } = operation;
  const address = addressOf(operation, place);
  const body = bodyOf(operation);
  const response = await fetch(`http://${url}${address}`, {
    method,
    headers: { ...stranger.headers, 'if-match': '*', ...(body && { 'content-type': body.type }) },
    ...(body && { body: body.text }),
  });
  return { name: `${method} ${address}`, status: response.status, text: await response.text() };
}

function bodyOf(operation: Operation): { type: string; text: string } | undefined {
  const { method } = operation;
  const family = familyOf(operation);
  if (family === 'whip' || family === 'whep') {
    if (method === 'PATCH') return { type: 'application/trickle-ice-sdpfrag', text: fragmentWith('Zz9x') };
    const text = family === 'whip' ? chromiumOffer : chromiumOffer.replaceAll('a=sendonly', 'a=recvonly');
    return method === 'POST' ? { type: 'application/sdp', text } : undefined;
  }
  const body = bodyFor(operation, theirs.ids);
  return body && { type: 'application/json', text: JSON.stringify(body) };
}

function expectRefusal({ name, status, text }: Asked, refusals: readonly number[]): void {
  // A file is opened by what its link carries.
  const allowed = name.includes('/file?') ? [401, ...refusals] : refusals;
  expect(allowed, `${name}: ${status} ${text}`).toContain(status);
  expect(errorCodes, name).toContain(JSON.parse(text).error.code);
  expectNothingOfTheirs({ name, status, text });
}

function expectNothingOfTheirs({ name, text }: Asked): void {
  const told = [word, ...Object.values(theirs.ids), ...theirs.meetingIds].filter((secret) => text.includes(secret));
  expect(told, name).toEqual([]);
}

/** What says by itself how loaded edges are. */
const changesByItself = /\/(?:sfu|shortlist|plan|placement|deliveries)$/;

/** All that the owner reads there, by what was asked. */
async function everythingOfTheirs(): Promise<Map<string, { status: number; body: unknown }>> {
  const answers = new Map<string, { status: number; body: unknown }>();
  for (const operation of all.filter(({ method }) => method === 'GET')) {
    for (const place of theirPlaces()[familyOf(operation)] ?? []) {
      const { status, body } = await call(url, 'GET', addressOf(operation, place));
      answers.set(addressOf(operation, place), { status, body: changesByItself.test(operation.path) ? null : body });
    }
  }
  return answers;
}

/** A host who is in a meeting of the same owner. */
async function hostOfAnother(): Promise<Stranger> {
  const meetingId = await newMeeting(url);
  await call(url, 'POST', `/v1/meetings/${meetingId}/breakouts`, { names: ['Mine'] });
  const { token } = await joined(mesh, replica, meetingId, 'Mallory');
  const places = { meetings: meetingId, whip: meetingId, whep: meetingId };
  return { headers: { authorization: `Bearer ${token}` }, places, refusals: [403, 404] };
}

/** Whoever does all that an owner may, with what is their own. */
async function otherOwner(headers: Record<string, string>): Promise<Stranger> {
  const make = async (path: string, body: object) => {
    const response = await fetch(`http://${url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status, path).toBe(201);
    return String((await response.json()).id);
  };
  const meetings = await make('/v1/meetings', { title: 'Mine' });
  await make(`/v1/meetings/${meetings}/breakouts`, { names: ['Mine'] });
  const schedules = await make('/v1/schedules', { timeZone: 'UTC', start: '2037-03-23T10:00' });
  const webhooks = await make('/v1/webhooks', { url: 'http://127.0.0.1:9/' });
  // Publishing and playing take a join token.
  return { headers, places: { meetings, schedules, webhooks }, refusals: [401, 403, 404] };
}

async function otherKey(): Promise<Stranger> {
  const { body } = await call(url, 'POST', '/v1/keys', { name: 'Another', scopes: ['meetings'] });
  return await otherOwner({ authorization: `Bearer ${String(body.id)}.${String(body.secret)}` });
}

let users = 0;

async function otherUser(): Promise<Stranger> {
  const { cookies } = await Visitor.signedUp(url, `Mallory${++users}`);
  return await otherOwner({ cookie: cookies, origin: `http://${url}` });
}

const strangers = [
  ['the host of another meeting', hostOfAnother],
  ['another API key', otherKey],
  ['somebody who is signed in', otherUser],
] as const;

it('gives its owner everything that strangers are to be refused', async () => {
  const answers = [...(await everythingOfTheirs()).entries()];
  const isTold = ({ path }: Operation) => {
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`);
    return answers.some(([address, { status }]) => status === 200 && pattern.test(address));
  };
  // Nothing was composed yet.
  const reads = all.filter(({ method, path }) => method === 'GET' && !path.endsWith('/file'));
  expect(reads.filter((operation) => !isTold(operation)).map(({ path }) => path)).toEqual([]);
  expect(JSON.stringify(answers)).toContain(word);
});

it.each(strangers)('refuses %s at every address of theirs, tells nothing, and changes nothing', async (_who, find) => {
  const stranger = await find();
  const before = await everythingOfTheirs();
  const heard = theirs.host.client.events().length;
  for (const operation of all) {
    const places = theirPlaces()[familyOf(operation)];
    if (places === undefined) throw new Error(`whose is ${operation.path}?`);
    for (const place of places) expectRefusal(await asked(stranger, operation, place), stranger.refusals);
  }
  expect(await everythingOfTheirs()).toEqual(before);
  expect(theirs.host.client.events().slice(heard)).toEqual([]);
});

it.each(strangers)('gives %s none of it under an address of their own either', async (_who, find) => {
  const stranger = await find();
  const before = await everythingOfTheirs();
  const heard = theirs.host.client.events().length;
  const secrets = Object.values(theirs.ids);
  for (const operation of all) {
    const place = stranger.places[familyOf(operation)];
    if (place === undefined) continue;
    const request = addressOf(operation, place) + JSON.stringify(bodyFor(operation, theirs.ids) ?? '');
    if (!secrets.some((id) => request.includes(id))) continue;
    expectRefusal(await asked(stranger, operation, place), stranger.refusals);
  }
  expect(await everythingOfTheirs()).toEqual(before);
  expect(theirs.host.client.events().slice(heard)).toEqual([]);
});

it('takes the id of something of another meeting for a new one, and leaves that as it is', async () => {
  const { headers, places } = await hostOfAnother();
  const before = await everythingOfTheirs();
  const { messageId, questionId, pollId } = theirs.ids;
  for (const [path, body] of [
    ['messages', { id: messageId, text: 'Mine' }],
    ['questions', { id: questionId, text: 'Mine?' }],
    ['polls', { id: pollId, question: 'Mine?', options: ['Yes', 'No'] }],
  ] as const) {
    const response = await fetch(`http://${url}/v1/meetings/${places.meetings}/${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    expect([response.status, text], path).toEqual([201, expect.stringContaining('Mine')]);
    expect(text).not.toContain(word);
  }
  expect(await everythingOfTheirs()).toEqual(before);
});
