import { TransportParameters } from '@canopy/proto/media';
import type { RoleChanged } from '@canopy/proto/signal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, joinWith, microphone, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, type Person, published } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let europe: FakeEdge;
let australia: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create();
  europe = await mesh.edge('europe', 'eu-central-1');
  australia = await mesh.edge('australia', 'ap-southeast-2');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['europe', 'australia']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

/** Ada hosts from Europe, Ben watches from Australia, on another replica. */
async function webinar() {
  const meetingId = await newMeeting(one.httpAddress, { mode: 'webinar' });
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney, role: 'attendee' });
  expect(ben.answer.sendTransport).toBeUndefined();
  return { meetingId, ada, ben };
}

function give(meetingId: string, { participantId }: Person, role: string, by?: Person) {
  const path = `/v1/meetings/${meetingId}/participants/${participantId}`;
  return call(one.httpAddress, 'PATCH', path, { role }, ...(by === undefined ? [] : [`Bearer ${by.token}`]));
}

function told({ client }: Person, role: string): Promise<RoleChanged> {
  return client.until(({ roleChanged }) => (roleChanged?.role === role ? roleChanged : undefined));
}

describe('an attendee who is given another role', () => {
  it('may publish without leaving, and everybody hears of it', async () => {
    const { meetingId, ada, ben } = await webinar();
    const session = australia.session(meetingId, ben.participantId);
    expect((await ben.client.ask({ publish: camera })).error?.code).toBe('FORBIDDEN');
    const { status, body } = await give(meetingId, ben, 'panelist');
    expect([status, body]).toMatchObject([200, { id: ben.participantId, name: 'Ben', role: 'panelist' }]);
    expect(await told(ben, 'ROLE_PANELIST')).toMatchObject({ sendTransport: { id: expect.any(String) } });
    const track = await published(ben, camera);
    // Of the audience it is gone, and on the stage it appears.
    await ada.client.untilEvent(({ participantLeft: who }) => who?.participantId === ben.participantId);
    await ada.client.untilEvent(
      ({ participantJoined: who }) => who?.id === ben.participantId && who.role === 'ROLE_PANELIST',
    );
    await ada.client.untilEvent(({ trackPublished }) => trackPublished?.id === track);
    expect(australia.session(meetingId, ben.participantId)).toBe(session);
    expect(ben.client.received.some(({ migrate }) => migrate !== undefined)).toBe(false);
    const origins = () => europe.routes.get(meetingId)?.routes.map(({ originEdgeId }) => originEdgeId);
    await expect.poll(origins).toEqual(['australia']);
  });

  it('gets it by a cohost in the meeting as well, who can’t make anybody host', async () => {
    const { meetingId, ben } = await webinar();
    const cleo = await joined(mesh, one, meetingId, 'Cleo', { role: 'cohost' });
    const { participantId } = ben;
    expect((await cleo.client.ask({ changeRole: { participantId, role: 'ROLE_PANELIST' } })).done).toEqual({});
    await told(ben, 'ROLE_PANELIST');
    const asHost = await cleo.client.ask({ changeRole: { participantId, role: 'ROLE_HOST' } });
    expect(asHost.error?.code).toBe('FORBIDDEN');
    const own = { participantId, role: 'ROLE_HOST' } as const;
    expect((await ben.client.ask({ changeRole: own })).error?.code).toBe('FORBIDDEN');
    const unknown = { participantId, role: 'ROLE_UNSPECIFIED' } as const;
    expect((await cleo.client.ask({ changeRole: unknown })).error?.code).toBe('MALFORMED_MESSAGE');
  });

  it('stops publishing when it becomes one again, whatever its token says', async () => {
    const { meetingId, ada, ben } = await webinar();
    await give(meetingId, ben, 'panelist');
    await told(ben, 'ROLE_PANELIST');
    const track = await published(ben, microphone);
    await give(meetingId, ben, 'attendee');
    await told(ben, 'ROLE_ATTENDEE');
    await ada.client.untilEvent(({ trackUnpublished }) => trackUnpublished?.trackId === track);
    expect(australia.session(meetingId, ben.participantId)?.tracks.size).toBe(0);
    expect((await ben.client.ask({ publish: microphone })).error?.code).toBe('FORBIDDEN');
    await give(meetingId, ada, 'attendee');
    await told(ada, 'ROLE_ATTENDEE');
    expect(codeOf(await give(meetingId, ben, 'host', ada))).toBe('FORBIDDEN');
    const again = await mesh.client(two);
    const { joined: answer } = await again.ask({ join: joinWith(ada.token) });
    expect([answer?.role, answer?.sendTransport]).toEqual(['ROLE_ATTENDEE', undefined]);
  });

  it('is told when it comes back, if it was away when it happened', async () => {
    const { meetingId, ben } = await webinar();
    ben.client.cut();
    await give(meetingId, ben, 'panelist');
    const client = await mesh.client(one);
    const resume = { resumeToken: ben.answer.resumeToken, position: undefined, restartIce: false };
    await client.ask({ resume: { ...resume, role: ben.answer.role } });
    const { sendTransport } = await client.until(({ roleChanged }) => roleChanged);
    expect(TransportParameters.fromJSON(sendTransport).id).not.toBe('');
    expect((await client.ask({ publish: camera })).published?.trackId).toBeDefined();
  });
});

describe('the only host', () => {
  it('gives up the role only when somebody else has it; the owner may take it at any time', async () => {
    const { meetingId, ada, ben } = await webinar();
    const demoted = { participantId: ada.participantId, role: 'ROLE_COHOST' } as const;
    expect((await ada.client.ask({ changeRole: demoted })).error).toMatchObject({
      code: 'LAST_HOST',
      message: 'Nobody else is host. Make somebody else host first.',
    });
    expect(codeOf(await give(meetingId, ada, 'attendee', ada))).toBe('LAST_HOST');
    await give(meetingId, ben, 'host', ada);
    expect((await ada.client.ask({ changeRole: demoted })).done).toEqual({});
    await told(ada, 'ROLE_COHOST');
    expect(codeOf(await give(meetingId, ben, 'panelist', ben))).toBe('LAST_HOST');
    expect((await give(meetingId, ben, 'panelist')).status).toBe(200);
  });
});

describe('who may give roles', () => {
  it('is the meeting’s owner and its hosts; a cohost moves people between stage and audience', async () => {
    const { meetingId, ada, ben } = await webinar();
    const eve = await joined(mesh, one, meetingId, 'Eve', { role: 'cohost' });
    expect((await give(meetingId, ben, 'panelist', ada)).status).toBe(200);
    expect((await give(meetingId, ben, 'attendee', eve)).status).toBe(200);
    expect(codeOf(await give(meetingId, ben, 'host', eve))).toBe('FORBIDDEN');
    expect(codeOf(await give(meetingId, ada, 'attendee', eve))).toBe('FORBIDDEN');
    expect(codeOf(await give(meetingId, ben, 'panelist', ben))).toBe('FORBIDDEN');
    expect(codeOf(await give(meetingId, ben, 'king'))).toBe('BAD_REQUEST');
    expect(codeOf(await give(meetingId, { ...ben, participantId: 'nobody' }, 'host'))).toBe('PARTICIPANT_NOT_FOUND');
    const other = await newMeeting(one.httpAddress);
    expect(codeOf(await give(other, ben, 'panelist', ada))).toBe('MEETING_NOT_FOUND');
    await eve.client.ask({ leave: {} });
    const { status, body } = await give(meetingId, ben, 'panelist', eve);
    const error = { code: 'TOKEN_INVALID', message: 'This participant is not in the meeting.' };
    expect([status, body]).toMatchObject([401, { error }]);
  });
});
