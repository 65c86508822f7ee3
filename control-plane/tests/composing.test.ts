import { randomUUID } from 'node:crypto';
import { TrackKind } from '@canopy/proto/media';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { camera, microphone, screen } from '../src/testing/media.ts';
import { published } from '../src/testing/people.ts';
import { partOf, patience, Studio } from '../src/testing/studio.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let studio: Studio;
let url: string;

beforeAll(async () => {
  studio = await Studio.open();
  url = studio.url;
});

afterAll(() => studio[Symbol.asyncDispose]());

/** Where the name of who is alone, and not seen, stands. */
const nameOnCard = 'crop=64:32:608:344,';

it('makes one file of what was recorded, with picture and sound, as long as it was', async () => {
  const events = await studio.told();
  const recording = await studio.recorded(5);
  expect(await studio.composition(recording)).toMatchObject({ status: 'waiting', progress: 0 });
  expect(codeOf(await call(url, 'POST', `${recording.path}/link`))).toBe('RECORDING_NOT_READY');
  const { healthAddress } = await studio.compositor();
  await expect.poll(async () => (await fetch(`http://${healthAddress}/readyz`)).status, patience).toBe(200);
  await studio.until('ready', recording);
  expect(await studio.composition(recording)).toMatchObject({ progress: 1, durationMs: 5_000, error: null });
  expect(await events(recording)).toMatchObject([
    { type: 'recording.started', meetingId: expect.any(String) },
    { type: 'recording.ended' },
    { type: 'recording.ready', durationMs: 5_000, bytes: expect.any(Number) },
  ]);
  const file = studio.file(recording);
  expect(await file.streams()).toMatchObject([
    { codec_name: 'vp8', width: 1_280, height: 720 },
    { codec_name: 'opus' },
  ]);
  expect(await file.seconds()).toBeCloseTo(5, 0);
  // Who is only heard is seen by her name.
  expect(await file.brightness(0.5)).toBeLessThan(50);
  expect(await file.brightness(0.5, nameOnCard)).toBeGreaterThan(80);
  expect(await file.brightness(4)).toBeGreaterThan(60);
});

it('shows who speaks large with the others below, and first beside a shared screen', async () => {
  const meetingId = await newMeeting(url);
  const [ada, ben] = [await studio.person(meetingId, 'Ada'), await studio.person(meetingId, 'Ben')];
  const recording = await studio.record(meetingId);
  const part = async (trackId: string, kind: 'audio' | 'video', fromMs: number, untilMs: number, source: string) =>
    partOf({
      partId: await studio.parts.write(recording.id, kind, (untilMs - fromMs) / 1_000, source),
      trackId,
      kind: kind === 'audio' ? TrackKind.AUDIO : TrackKind.VIDEO,
      fromMs,
      untilMs,
    });
  const voice = (when: string) => `aevalsrc=exprs='0.3*sin(2*PI*440*t)*${when}':sample_rate=48000`;
  const plain = (colour: string) => `color=c=${colour}:size=320x180:rate=15`;
  studio.edge.recordedParts = [
    await part(await published(ada, microphone), 'audio', 0, 9_000, voice('lt(t,3)')),
    await part(await published(ada, camera), 'video', 0, 9_000, plain('red')),
    await part(await published(ben, microphone), 'audio', 0, 9_000, voice('gte(t,3)')),
    await part(await published(ben, camera), 'video', 0, 9_000, plain('blue')),
    await part(await published(ben, screen), 'video', 6_000, 9_000, plain('lime')),
  ];
  await call(url, 'POST', `${recording.path}/stop`);
  await studio.compositor();
  await studio.until('ready', recording);
  const file = studio.file(recording);
  const [center, below, beside] = ['640:288', '640:648', '1120:90'];
  expect([await file.colourAt(1.5, center), await file.colourAt(1.5, below)]).toEqual(['red', 'blue']);
  expect([await file.colourAt(5, center), await file.colourAt(5, below)]).toEqual(['blue', 'red']);
  expect([await file.colourAt(8, center), await file.colourAt(8, beside)]).toEqual(['lime', 'blue']);
});

it('goes on with picture and sound when a camera changes its size', async () => {
  const meetingId = await newMeeting(url);
  const ada = await studio.person(meetingId, 'Ada');
  const [sound, sight] = [await published(ada, microphone), await published(ada, camera)];
  const recording = await studio.record(meetingId);
  const plain = (colour: string, size: string) => ({ source: `color=c=${colour}:size=${size}:rate=15`, seconds: 1 });
  const pieces = [plain('red', '320x180'), plain('blue', '640x360'), plain('lime', '360x640')];
  const heard = await studio.parts.write(recording.id, 'audio', 3);
  const seen = await studio.parts.writeChanging(recording.id, pieces);
  studio.edge.recordedParts = [
    partOf({ partId: heard, trackId: sound, kind: TrackKind.AUDIO, untilMs: 3_000 }),
    partOf({ partId: seen, trackId: sight, kind: TrackKind.VIDEO, untilMs: 3_000 }),
  ];
  await call(url, 'POST', `${recording.path}/stop`);
  await studio.compositor();
  await studio.until('ready', recording);
  const file = studio.file(recording);
  expect(await file.seconds()).toBeCloseTo(3, 0);
  const [center, left, right, beside] = ['640:360', '450:360', '820:360', '400:360'];
  expect([await file.colourAt(0.5, center), await file.colourAt(1.5, center)]).toEqual(['red', 'blue']);
  const turned = [left, center, right, beside].map((place) => file.colourAt(2.5, place));
  expect(await Promise.all(turned)).toEqual(['lime', 'lime', 'lime', 'dark']);
  expect([await file.loudness(0.5), await file.loudness(2.2)]).toEqual([
    expect.closeTo(-21, -1),
    expect.closeTo(-21, -1),
  ]);
});

it('leaves out a pause, which the manifest shows and webhooks are told of once', async () => {
  const events = await studio.told();
  const meetingId = await newMeeting(url);
  const sight = await published(await studio.person(meetingId, 'Ada'), camera);
  const recording = await studio.record(meetingId);
  const part = async (colour: string, fromMs: number) =>
    partOf({
      partId: await studio.parts.write(recording.id, 'video', 2, `color=c=${colour}:size=320x180:rate=15`),
      trackId: sight,
      kind: TrackKind.VIDEO,
      fromMs,
      untilMs: fromMs + 2_000,
    });
  const [before, after] = [await part('red', 0), await part('blue', 62_000)];
  studio.edge.recordedParts = [before];
  expect((await call(url, 'POST', `${recording.path}/pause`)).body).toMatchObject({
    status: 'paused',
    gaps: [],
    expiresAt: null,
  });
  await call(url, 'POST', `${recording.path}/pause`);
  studio.edge.recordedParts = [before, after];
  await call(url, 'POST', `${recording.path}/resume`);
  const { body } = await call(url, 'POST', `${recording.path}/stop`);
  expect(await events(recording)).toMatchObject(
    ['started', 'paused', 'resumed', 'ended'].map((what) => ({ type: `recording.${what}` })),
  );
  const [from, to] = [before.writtenUntilMs, after.startedAtMs].map((at) => new Date(at).toISOString());
  expect(body).toMatchObject({ status: 'stopped', gaps: [{ trackId: sight, from, to }] });
  await studio.compositor();
  await studio.until('ready', recording);
  expect(await studio.composition(recording)).toMatchObject({ durationMs: 4_000 });
  const file = studio.file(recording);
  expect(await file.seconds()).toBeCloseTo(4, 0);
  expect([await file.colourAt(1, '640:360'), await file.colourAt(3, '640:360')]).toEqual(['red', 'blue']);
});

it('hands the file out in ranges to who has the link, and to nobody else', async () => {
  const recording = await studio.recorded();
  const { path, id } = recording;
  await studio.compositor();
  await studio.until('ready', recording);
  const bytes = Number((await studio.composition(recording)).bytes);
  const link = String((await call(url, 'POST', `${path}/link`)).body.url);
  const get = (address: string) => fetch(`http://${url}${address}`, { headers: { range: 'bytes=0-3' } });
  const answer = await get(link);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([206, 'video/webm']);
  expect(answer.headers.get('content-range')).toBe(`bytes 0-3/${bytes}`);
  expect(Buffer.from(await answer.arrayBuffer()).toString('hex')).toBe('1a45dfa3');
  const whole = await fetch(`http://${url}${link}`);
  expect([whole.status, (await whole.arrayBuffer()).byteLength]).toEqual([200, bytes]);
  const beyond = await fetch(`http://${url}${link}`, { headers: { range: `bytes=${bytes}-` } });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes}`]);
  expect((await get(`${link.slice(0, -4)}AAAA`)).status).toBe(401);
  expect((await get(link.replaceAll(id, randomUUID()))).status).toBe(401);
  expect(
    (await get(`/v1/meetings/${randomUUID()}/recordings/${id}/file${new URL(link, 'http://x').search}`)).status,
  ).toBe(401);
});
