import { RecordingAction } from '@canopy/proto/recording';
import type { Joined } from '@canopy/proto/signal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { chromiumOffer, obsOffer } from '../src/core/sdp/testing/offers.ts';
import { call, codeOf, newMeeting, newToken } from '../src/testing/api.ts';
import { camera, joinWith, microphone } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import type { SignalClient } from '../src/testing/signal-client.ts';

let mesh: TestMesh;
let replica: ControlPlane;
let url: string;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('eu-central-1', 'eu-central-1');
  replica = await mesh.replica();
  url = replica.httpAddress;
  await mesh.untilHeard([replica], ['eu-central-1']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

const encrypted = () => newMeeting(url, { settings: { endToEndEncrypted: true } });

/** Somebody whose client can encrypt. */
async function host(meetingId: string): Promise<{ client: SignalClient; joined: Joined }> {
  const { token } = await newToken(url, meetingId);
  const client = await mesh.client(replica);
  const { joined, error } = await client.ask({ join: { ...joinWith(token), encryptsEndToEnd: true } });
  return { client, joined: joined ?? expect.fail(JSON.stringify(error)) };
}

it('tells everybody that a meeting is encrypted, and whoever has its link', async () => {
  const meetingId = await encrypted();
  const invitation = await call(url, 'GET', `/v1/meetings/${meetingId}/invitation`);
  expect(invitation.body.endToEndEncrypted).toBe(true);
  expect((await host(meetingId)).joined.meeting?.rules?.endToEndEncrypted).toBe(true);
  const plain = await newMeeting(url);
  expect((await call(url, 'GET', `/v1/meetings/${plain}/invitation`)).body.endToEndEncrypted).toBe(false);
  expect((await host(plain)).joined.meeting?.rules?.endToEndEncrypted ?? false).toBe(false);
});

it('lets nobody in whose client can not encrypt, nor a WHIP publisher or a WHEP player', async () => {
  const meetingId = await encrypted();
  const { token } = await newToken(url, meetingId);
  const client = await mesh.client(replica);
  const { joined, error } = await client.ask({ join: joinWith(token) });
  expect([joined, error?.code, error?.retryable]).toEqual([undefined, 'ENCRYPTION_REQUIRED', false]);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' };
  const offers = { whip: obsOffer, whep: chromiumOffer.replaceAll('a=sendonly', 'a=recvonly') };
  for (const [path, body] of Object.entries(offers)) {
    const answer = await fetch(`http://${url}/v1/${path}`, { method: 'POST', headers, body });
    expect([answer.status, (await answer.json()).error.code]).toEqual([403, 'ENCRYPTION_REQUIRED']);
  }
});

it('is not recorded, whoever asks', async () => {
  const meetingId = await encrypted();
  const { client } = await host(meetingId);
  const answer = await call(url, 'POST', `/v1/meetings/${meetingId}/recordings`);
  expect([answer.status, codeOf(answer)]).toEqual([409, 'ENCRYPTED_END_TO_END']);
  const { error } = await client.ask({ controlRecording: { action: RecordingAction.START } });
  expect(error?.code).toBe('ENCRYPTED_END_TO_END');
  expect((await call(url, 'GET', `/v1/meetings/${meetingId}/recordings`)).body.recordings).toEqual([]);
});

it('takes only media that clients can encrypt', async () => {
  const { client } = await host(await encrypted());
  const [codec] = camera.rtpParameters?.codecs ?? [];
  if (codec === undefined || camera.rtpParameters === undefined) throw new Error('the camera sends nothing');
  const h264 = { ...camera.rtpParameters, codecs: [{ ...codec, mimeType: 'video/H264' }] };
  const { error } = await client.ask({ publish: { ...camera, rtpParameters: h264 } });
  expect(error?.code).toBe('INVALID_MEDIA_PARAMETERS');
  for (const publish of [camera, microphone]) expect((await client.ask({ publish })).published).toBeDefined();
});

it('stays encrypted, or not, for its life, while other settings change', async () => {
  const meetingId = await encrypted();
  const change = (id: string, settings: object) => call(url, 'PATCH', `/v1/meetings/${id}`, { settings });
  for (const endToEndEncrypted of [false, null]) {
    const answer = await change(meetingId, { endToEndEncrypted });
    expect([answer.status, codeOf(answer)]).toEqual([409, 'SETTING_FIXED']);
  }
  const other = await change(meetingId, { locked: true, endToEndEncrypted: true });
  expect(other.body.settings).toEqual({ locked: true, endToEndEncrypted: true });
  expect(codeOf(await change(await newMeeting(url), { endToEndEncrypted: true }))).toBe('SETTING_FIXED');
});
