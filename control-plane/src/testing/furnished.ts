import { vi } from 'vitest';
import { z } from 'zod';
import type { ControlPlane } from '../context.ts';
import { chromiumOffer, obsOffer } from '../core/sdp/testing/offers.ts';
import { call, newMeeting, newToken } from './api.ts';
import { camera, joinWith } from './media.ts';
import type { TestMesh } from './mesh.ts';
import type { MeetingIds } from './operations.ts';
import { joined, type Person, published } from './people.ts';
import { offered, sdpRequest } from './sdp-requests.ts';

const made = z.object({ id: z.string() });
const rooms = z.object({ rooms: z.array(made) });
const scheduled = z.object({ id: z.string(), occurrences: z.array(z.object({ meetingId: z.string() })) });
const deliveries = z.object({ deliveries: z.array(made) });

/** Meetings with one of everything, all of it of the tests' API key, and what is planned and told besides. */
export interface Furnished {
  host: Person;
  /** Host's camera. */
  trackId: string;
  /** A meeting, a room of it, and a webinar. */
  meetingIds: readonly [string, string, string];
  /** By the names of parameters. */
  ids: MeetingIds & {
    bannedId: string;
    registrationId: string;
    rid: string;
    scheduleId: string;
    occurrenceId: string;
    webhookId: string;
    deliveryId: string;
    whip: string;
    whep: string;
    keyId: string;
  };
}

/** Makes them, with a word in everything that anybody wrote. */
export async function furnished(mesh: TestMesh, replica: ControlPlane, word: string): Promise<Furnished> {
  const url = replica.httpAddress;
  const ask = async (path: string, body: object = {}, by?: Person, method: 'POST' | 'PUT' | 'PATCH' = 'POST') => {
    const answer = await call(url, method, path, body, by && `Bearer ${by.token}`);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const make = async (...request: Parameters<typeof ask>) => made.parse(await ask(...request)).id;

  const meetingId = await newMeeting(url, { title: `About ${word}` });
  const meeting = `/v1/meetings/${meetingId}`;
  const host = await joined(mesh, replica, meetingId, `Ada ${word}`);
  const ben = await joined(mesh, replica, meetingId, `Ben ${word}`, { role: 'panelist' });
  const trackId = await published(host, camera);
  const session = async (kind: 'whip' | 'whep', offer: string) => {
    const { token } = await newToken(url, meetingId, `${kind} ${word}`, kind === 'whip' ? 'panelist' : 'attendee');
    const { status, headers } = await sdpRequest(replica, 'POST', `/v1/${kind}`, offered(token, offer));
    if (status !== 201) throw new Error(`${kind}: ${status}`);
    return headers.get('location')?.split('/').at(-1) ?? '';
  };
  const whip = await session('whip', obsOffer);
  const whep = await session('whep', chromiumOffer.replaceAll('a=sendonly', 'a=recvonly'));

  const messageId = await make(`${meeting}/messages`, { text: `I say ${word}` }, host);
  const questionId = await make(`${meeting}/questions`, { text: `Why ${word}?` }, ben);
  const pollId = await make(`${meeting}/polls`, { question: `Which ${word}?`, options: [`A ${word}`, `No ${word}`] });
  await ask(`${meeting}/polls/${pollId}`, { action: 'open' }, undefined, 'PATCH');
  await ask(`${meeting}/polls/${pollId}/vote`, { choices: [0] }, ben, 'PUT');
  // Votes are counted for all together, a little later.
  await host.client.untilEvent(({ pollResults }) => pollResults?.voters === 1);
  await ask(`${meeting}/hands`, {}, ben);
  const rid = await make(`${meeting}/recordings`);
  const [room] = rooms.parse(await ask(`${meeting}/breakouts`, { names: [`Room of ${word}`] })).rooms;
  const roomId = room?.id ?? '';

  const dan = await joined(mesh, replica, meetingId, `Dan ${word}`);
  await ask(`${meeting}/participants/${dan.participantId}/ban`);
  await ask(`${meeting}/rules`, { lobby: 'guests' }, host, 'PATCH');
  const waiting = await newToken(url, meetingId, `Eve ${word}`, 'panelist');
  const door = await mesh.client(replica);
  door.ws.send(JSON.stringify({ id: 1, join: joinWith(waiting.token) }));
  await door.until((message) => message.waiting);

  const webinarId = await newMeeting(url, { mode: 'webinar', title: `All ${word}`, settings: { registration: {} } });
  const registrant = { name: `Fay ${word}`, email: `${word}@example.org` };
  const registrationId = await make(`/v1/meetings/${webinarId}/registrations`, registrant);

  const webhookId = await make('/v1/webhooks', { url: `http://127.0.0.1:9/${word}` });
  const plan = { title: `Plan of ${word}`, timeZone: 'UTC', start: '2037-03-23T10:00' };
  const schedule = scheduled.parse(await ask('/v1/schedules', plan));
  const deliveryId = await vi.waitFor(async () => {
    const { body } = await call(url, 'GET', `/v1/webhooks/${webhookId}/deliveries`);
    const [first] = deliveries.parse(body).deliveries;
    if (first === undefined) throw new Error('nothing was told yet');
    return first.id;
  }, 10_000);
  const keyId = await make('/v1/keys', { name: word, scopes: ['tokens'] });
  // What happened in the meeting before is heard by then as well.
  await host.client.untilEvent(({ waitingJoined }) => waitingJoined?.participantId === waiting.participantId);

  const ids = {
    participantId: ben.participantId,
    waitingId: waiting.participantId,
    bannedId: dan.participantId,
    roomId,
    messageId,
    questionId,
    pollId,
    rid,
    registrationId,
    whip,
    whep,
    webhookId,
    deliveryId,
    keyId,
    scheduleId: schedule.id,
    occurrenceId: schedule.occurrences[0]?.meetingId ?? '',
  };
  return { host, trackId, meetingIds: [meetingId, roomId, webinarId], ids };
}
