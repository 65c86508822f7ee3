import { TrackSource } from '@canopy/proto/media';
import type { ProducerCodecOptions, RtpEncodingParameters } from 'mediasoup-client/types';

/** How video is sent. `VP8` and `H264` as simulcast (several streams), `VP9` and `AV1` as SVC (one stream of spatial layers, https://www.w3.org/TR/webrtc-svc/). */
export type VideoCodec = 'VP8' | 'H264' | 'VP9' | 'AV1';

export const videoCodecs: readonly VideoCodec[] = ['VP8', 'H264', 'VP9', 'AV1'];

/** Pixels of a video as it is captured. */
export interface VideoSize {
  width: number;
  height: number;
}

/** bit/s for a good picture of a talking person, per pixel at 30 frames a second; slides need less, because they stand still. */
const bitsPerPixel = { camera: 1.65, screen: 0.9, motion: 1.65 };
const bitrateBounds = { min: 100_000, max: 3_000_000 };

/**
 * The encodings of one video track, the smallest first.
 *
 * Browsers drop simulcast layers that the picture is too small for, so no more are asked for than it can carry: three from 1280×720, two from 640×360, else one. A screen gets a half-size copy for small tiles, and goes before the rest where the link is narrow.
 *
 * @param moves it is a film rather than text: worth as much as a camera
 */
export function videoEncodings(
  source: TrackSource,
  size: VideoSize,
  codec: VideoCodec,
  moves = false,
): RtpEncodingParameters[] {
  const layers = layerCount(source, size);
  const bits = bitsFor(source, moves);
  const priority = source === TrackSource.SCREEN ? ({ priority: 'high', networkPriority: 'high' } as const) : {};
  if (codec === 'VP9' || codec === 'AV1') {
    return [{ scalabilityMode: scalabilityMode(layers), maxBitrate: bitrate(bits, size, 1), ...priority }];
  }
  return Array.from({ length: layers }, (_, index) => {
    const scaleResolutionDownBy = 2 ** (layers - 1 - index);
    // Of the sender as a whole: browsers refuse it anywhere but in the first encoding.
    const common = index === 0 ? priority : {};
    return { scaleResolutionDownBy, maxBitrate: bitrate(bits, size, scaleResolutionDownBy), ...common };
  });
}

/** How sound is encoded (RFC 7587): what a screen sounds like as music, in stereo; a voice in mono, and next to nothing while it is silent. */
export function audioOptions(source: TrackSource): ProducerCodecOptions {
  if (source === TrackSource.SCREEN_AUDIO) {
    return { opusStereo: true, opusFec: true, opusMaxAverageBitrate: 128_000 };
  }
  return { opusDtx: true, opusFec: true };
}

/** What encodes a track. */
export type EncodingSender = Pick<RTCRtpSender, 'getParameters' | 'setParameters'>;

/** Encodes so many simulcast layers of a track that is being sent, the smallest first, and no others. One call at a time. */
export async function encodeLayers(sender: EncodingSender, layers: number): Promise<void> {
  const parameters = sender.getParameters();
  for (const [layer, encoding] of parameters.encodings.entries()) encoding.active = layer < layers;
  await sender.setParameters(parameters);
}

/** Gives each encoding of a track that is being sent what its picture is worth at the size it has by now. There are as many layers as before. One call at a time. */
export async function fitBitrates(sender: EncodingSender, source: TrackSource, media: MediaStreamTrack): Promise<void> {
  const { width = 0, height = 0 } = media.getSettings();
  // It is not known yet.
  if (width * height === 0) return;
  const bits = bitsFor(source, media.contentHint === 'motion');
  const parameters = sender.getParameters();
  let fits = true;
  for (const encoding of parameters.encodings) {
    const maxBitrate = bitrate(bits, { width, height }, encoding.scaleResolutionDownBy ?? 1);
    fits &&= encoding.maxBitrate === maxBitrate;
    encoding.maxBitrate = maxBitrate;
  }
  if (!fits) await sender.setParameters(parameters);
}

function bitsFor(source: TrackSource, moves: boolean): number {
  if (source !== TrackSource.SCREEN) return bitsPerPixel.camera;
  return moves ? bitsPerPixel.motion : bitsPerPixel.screen;
}

function layerCount(source: TrackSource, { width, height }: VideoSize): number {
  const pixels = width * height;
  if (source === TrackSource.SCREEN) return pixels >= 1280 * 720 ? 2 : 1;
  if (pixels >= 1280 * 720) return 3;
  return pixels >= 640 * 360 ? 2 : 1;
}

/** With `_KEY` layers depend on each other in key frames only, so that a viewer of a lower layer needs no more than that. */
function scalabilityMode(layers: number): string {
  return layers === 1 ? 'L1T3' : `L${layers}T3_KEY`;
}

function bitrate(factor: number, { width, height }: VideoSize, scaleDownBy: number): number {
  const wanted = (width * height * factor) / scaleDownBy ** 2;
  return Math.round(Math.min(bitrateBounds.max, Math.max(bitrateBounds.min, wanted)));
}
