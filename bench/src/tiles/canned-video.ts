import { execFile } from 'node:child_process';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A frame as the payloads of its RTP packets (RFC 7741). */
export type CannedFrame = readonly Buffer[];

/** The same moving picture in one size, encoded once, to be sent in a circle by as many cameras as one likes. */
export interface CannedLayer {
  frames: readonly CannedFrame[];
}

export const framesPerSecond = 25;
/** The layers that the SDK makes of a 720p camera, the lowest first (client/src/media/encodings.ts). */
const layers = [
  { size: '320x180', bps: 100_000 },
  { size: '640x360', bps: 380_000 },
  { size: '1280x720', bps: 1_520_000 },
];
const seconds = 4;
/** Nobody is there who could be asked for a keyframe: whoever changes to a layer waits for the next one. */
const framesPerKeyFrame = 25;
const payloadBytes = 1_150;
const ivfHeaderBytes = 32;
const ivfFrameHeaderBytes = 12;

/** Encodes the layers of a camera with the distribution's ffmpeg, the lowest first. */
export function canCamera(ffmpeg: string): Promise<CannedLayer[]> {
  return Promise.all(layers.map((layer) => canLayer(ffmpeg, layer)));
}

async function canLayer(ffmpeg: string, { size, bps }: { size: string; bps: number }): Promise<CannedLayer> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'canopy-canned-'));
  const file = join(folder.path, 'layer.ivf');
  const source = `testsrc2=size=${size}:rate=${framesPerSecond}:duration=${seconds}`;
  const rate = ['-b:v', `${bps}`, '-maxrate', `${bps}`, '-bufsize', `${bps}`, '-g', `${framesPerKeyFrame}`];
  const speed = ['-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0', '-auto-alt-ref', '0'];
  const args = ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', source, '-c:v', 'libvpx', ...rate, ...speed, file];
  await promisify(execFile)(ffmpeg, args);
  return { frames: framesOf(await readFile(file)).map(packetsOf) };
}

/** The frames in an IVF file: a header, then each frame after its size and time. */
export function framesOf(ivf: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = ivfHeaderBytes; at + ivfFrameHeaderBytes <= ivf.length; ) {
    const start = at + ivfFrameHeaderBytes;
    at = start + ivf.readUInt32LE(at);
    frames.push(ivf.subarray(start, at));
  }
  return frames;
}

/** One after the other, each after the shortest payload descriptor there is, which says where the frame starts. */
export function packetsOf(frame: Buffer): CannedFrame {
  return Array.from({ length: Math.ceil(frame.length / payloadBytes) }, (_, index) =>
    Buffer.concat([
      Buffer.from([index === 0 ? 0x10 : 0x00]),
      frame.subarray(index * payloadBytes, (index + 1) * payloadBytes),
    ]),
  );
}
