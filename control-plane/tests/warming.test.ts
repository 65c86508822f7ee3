import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting, newToken } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, frankfurt, joinWith, microphone } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, published } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let url: string;
let brazil: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create({ config: { trustedProxies: ['127.0.0.1'] } });
  const regions = ['eu-central-1', 'us-east-1', 'sa-east-1', 'ap-southeast-1', 'ap-southeast-2'];
  const edges = await Promise.all(regions.map((region) => mesh.edge(region, region)));
  brazil = edges[regions.indexOf('sa-east-1')] ?? brazil;
  one = await mesh.replica();
  url = one.httpAddress;
  await mesh.untilHeard([one], regions);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

async function planned(meetingId: string): Promise<string[]> {
  const { body } = await call(url, 'GET', `/v1/meetings/${meetingId}/plan`);
  const { cascades } = body as { cascades: { nodes: { edgeId: string }[] }[] };
  return cascades.flatMap(({ nodes }) => nodes.map(({ edgeId }) => edgeId)).sort();
}

describe('warming a meeting', () => {
  it('gives edges of the announced regions a place in the plan before anybody is there', async () => {
    const meetingId = await newMeeting(url, { mode: 'webinar' });
    const audience = { 'ap-southeast-2': 40, 'sa-east-1': 10, 'af-south-1': 5 };
    const { status, body } = await call(url, 'POST', `/v1/meetings/${meetingId}/warm`, { audience });
    expect([status, body]).toEqual([
      200,
      { edges: ['ap-southeast-2', 'sa-east-1'], short: { 'af-south-1': 5 }, until: expect.any(String) },
    ]);
    await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    expect(await planned(meetingId)).toEqual(['ap-southeast-2', 'sa-east-1']);
    await call(url, 'POST', `/v1/meetings/${meetingId}/warm`, { audience: {} });
    await joined(mesh, one, meetingId, 'Ben', { location: frankfurt });
    expect(await planned(meetingId)).toEqual(['ap-southeast-2', 'sa-east-1']);
  });

  it('has the tracks brought there, those published later too, until it ends', async () => {
    const meetingId = await newMeeting(url, { mode: 'webinar' });
    const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    const sound = await published(ada, microphone);
    await call(url, 'POST', `/v1/meetings/${meetingId}/warm`, { audience: { 'sa-east-1': 10 } });
    const warm = () => brazil.warm.get(meetingId);
    const tracks = () => warm()?.targets.map(({ want }) => want?.trackId);
    expect(tracks()).toEqual([sound]);
    expect(warm()?.routes?.routes.map(({ originEdgeId }) => originEdgeId)).toEqual(['eu-central-1']);
    const picture = await published(ada, camera);
    await expect.poll(tracks).toEqual([sound, picture]);
    await ada.client.ask({ unpublish: { trackId: sound } });
    await expect.poll(tracks).toEqual([picture]);
  });

  it('is the owner’s to ask for, with a sensible audience', async () => {
    const meetingId = await newMeeting(url);
    const { token } = await newToken(url, meetingId);
    const warm = (body: object, authorization?: string) =>
      call(url, 'POST', `/v1/meetings/${meetingId}/warm`, body, authorization);
    expect(codeOf(await warm({ audience: { 'eu-central-1': -1 } }))).toBe('BAD_REQUEST');
    expect(codeOf(await warm({ audience: {} }, `Bearer ${token}`))).toBe('FORBIDDEN');
    expect((await call(url, 'POST', `/v1/meetings/${randomUUID()}/warm`, { audience: {} })).status).toBe(404);
  });
});

describe('a client that measures', () => {
  it('gets the likeliest edges with an address to measure', async () => {
    const meetingId = await newMeeting(url);
    const { token } = await newToken(url, meetingId);
    const path = `/v1/meetings/${meetingId}/edges/shortlist?latitude=1.35&longitude=103.8`;
    const { body } = await call(url, 'GET', path, undefined, `Bearer ${token}`);
    const { edges } = body as { edges: { id: string; url: string }[] };
    expect(edges).toHaveLength(4);
    expect(edges[0]).toMatchObject({ id: 'ap-southeast-1', url: expect.stringMatching(/^http:\/\/.+\/healthz$/) });
  });

  it('is placed by what it measured, and absurd round trips are refused', async () => {
    const meetingId = await newMeeting(url);
    const near = await newToken(url, meetingId);
    const rtts = [
      { edgeId: 'eu-central-1', rttMs: 300 },
      { edgeId: 'us-east-1', rttMs: 5 },
    ];
    const client = await mesh.client(one);
    expect((await client.ask({ join: { ...joinWith(near.token), rtts } })).joined?.edge?.id).toBe('us-east-1');
    for (const rttMs of [0, -1, 5_001]) {
      const other = await mesh.client(one);
      const { error } = await other.ask({ join: { ...joinWith(near.token), rtts: [{ edgeId: 'us-east-1', rttMs }] } });
      expect(error?.code).toBe('MALFORMED_MESSAGE');
    }
  });

  it('is remembered for its neighbours by the other replicas as well', async () => {
    const two = await mesh.replica();
    await mesh.untilHeard([two], ['us-east-1']);
    const meetingId = await newMeeting(url);
    const { token } = await newToken(url, meetingId);
    const client = await mesh.client(one, { 'x-forwarded-for': '203.0.113.7' });
    const rtts = [{ edgeId: 'us-east-1', rttMs: 5 }];
    expect((await client.ask({ join: { ...joinWith(token), location: undefined, rtts } })).joined).toBeDefined();
    const neighbour = '/v1/placement?address=203.0.113.8';
    await expect
      .poll(async () => (await call(two.httpAddress, 'GET', neighbour)).body)
      .toMatchObject({
        decision: {
          edgeId: 'us-east-1',
          candidates: expect.arrayContaining([expect.objectContaining({ edgeId: 'us-east-1', rttSource: 'measured' })]),
        },
      });
  });
});
