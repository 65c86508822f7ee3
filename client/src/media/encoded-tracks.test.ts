import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, test } from 'vitest';
import { InMemorySender } from '../testing/in-memory-sender.ts';
import { camera, publishing } from '../testing/publishing.ts';

test('layers that nobody needs are not encoded, until somebody does, however quickly that changes', async () => {
  const { local, session } = await publishing();
  await local.set(camera());
  const { id: trackId, rtpSender } = session.last;
  const active = () => rtpSender.encodings.map((encoding) => encoding.active);
  await local.encode({ trackId, layers: 1 });
  expect(active()).toEqual([true, false, false]);
  await Promise.all([1, 2, 3].map((layers) => local.encode({ trackId, layers })));
  expect(active()).toEqual([true, true, true]);
  await local.encode({ trackId: 'of an earlier session', layers: 1 });
  expect(active()).toEqual([true, true, true]);
});

test('a track that moves is encoded whole at first, for nobody knows yet what is needed of it there', async () => {
  const { local, session } = await publishing();
  await local.set(camera());
  await local.encode({ trackId: session.last.id, layers: 1 });
  const next = new InMemorySender();
  await local.moveTo(next);
  await local.encode({ trackId: session.last.id, layers: 2 });
  expect(session.last.rtpSender.encodings.map(({ active }) => active)).toEqual([true, false, false]);
  expect(next.last.rtpSender.encodings.map(({ active }) => active)).toEqual([true, true, false]);
});

test('a picture of another size is given the bitrate it is worth, whether its track is replaced or changes by itself', async () => {
  const { local, session, pass } = await publishing();
  let settings = { width: 640, height: 360 };
  const small = Object.assign(new FakeMediaStreamTrack({ kind: 'video' }), { getSettings: () => settings });
  await local.set(camera({ media: small }));
  const { rtpSender } = session.last;
  rtpSender.encodings = [
    { scaleResolutionDownBy: 2, maxBitrate: 100_000 },
    { scaleResolutionDownBy: 1, maxBitrate: 380_160 },
  ];
  const bitrates = () => rtpSender.encodings.map(({ maxBitrate }) => maxBitrate);
  const large = new FakeMediaStreamTrack({ kind: 'video', settings: { width: 1280, height: 720 } });
  await local.set(camera({ media: large }));
  await expect.poll(bitrates).toEqual([380_160, 1_520_640]);
  await local.set(camera({ media: small }));
  await expect.poll(bitrates).toEqual([100_000, 380_160]);
  settings = { width: 1280, height: 720 };
  await pass(2_000);
  await expect.poll(bitrates).toEqual([380_160, 1_520_640]);
});

test('what is already worth its bitrate is left alone, as is a picture whose size nobody knows', async () => {
  const { local, session, pass } = await publishing();
  await local.set(
    camera({ media: new FakeMediaStreamTrack({ kind: 'video', settings: { width: 640, height: 360 } }) }),
  );
  const known = session.last.rtpSender;
  known.encodings = [{ maxBitrate: 380_160 }];
  const before = known.encodings;
  await pass(4_000);
  expect(known.encodings).toBe(before);
  await local.set(camera());
  await pass(4_000);
  expect(known.encodings).toBe(before);
});
