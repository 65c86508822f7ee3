import { expect, it } from 'vitest';
import { chosenCodecs } from './media-codecs.ts';

const codec = (mimeType: string, preferredPayloadType: number) => ({
  kind: mimeType.slice(0, 5),
  mimeType,
  clockRate: mimeType.startsWith('audio') ? 48_000 : 90_000,
  preferredPayloadType,
  parameters: {},
  rtcpFeedback: [],
  ...(mimeType.startsWith('audio') && { channels: 2 }),
});
const kept = (...codecs: [string, number][]) =>
  chosenCodecs(codecs.map(([mimeType, payloadType]) => codec(mimeType, payloadType))).map(
    ({ preferredPayloadType }) => preferredPayloadType,
  );

it('keeps the payload types that browsers choose, audio first', () => {
  expect(kept(['video/VP8', 96], ['video/H264', 108], ['video/AV1', 45], ['audio/opus', 111])).toEqual([
    111, 96, 108, 45,
  ]);
});

it('leaves out a codec whose number the router takes to repair one before it', () => {
  expect(kept(['video/VP8', 96], ['video/VP9', 100], ['video/H264', 102])).toEqual([96, 102]);
});
