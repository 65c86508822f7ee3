import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import type { RecordedPart, TrackTarget } from '@canopy/proto/edge_media';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import { expect } from 'vitest';
import { FakePublisher, type InProcessEdge, receivesEverything, vp8Parameters } from '../../src/testing/index.ts';

export const patience = { timeout: 60_000, interval: 100 };

export interface Recording {
  meetingId: string;
  recordingId: string;
}

export const camera: TrackTarget = target('cam', TrackKind.VIDEO);
export const microphone: TrackTarget = target('mic', TrackKind.AUDIO);

function target(trackId: string, kind: TrackKind): TrackTarget {
  return { want: { trackId, width: 1280, height: 720, priority: 1 }, originEdgeId: 'origin', kind };
}

/** Asks an edge to record these tracks for a minute. Returns what it tells of the recording. */
export async function record(
  edge: InProcessEdge,
  recording: Recording,
  ...targets: TrackTarget[]
): Promise<RecordedPart[]> {
  const { parts } = await edge.client.record({ ...recording, targets, forMs: 60_000 });
  return parts;
}

/** Records until this edge has written more than a few packets of each of these tracks. */
export async function written(
  edge: InProcessEdge,
  recording: Recording,
  ...targets: TrackTarget[]
): Promise<RecordedPart[]> {
  const enough = async () => {
    const parts = await record(edge, recording, ...targets);
    const own = parts.filter(({ edgeId, bytes }) => edgeId === edge.id && bytes > 5_000);
    return targets.every(({ want }) => own.some(({ trackId }) => trackId === want?.trackId));
  };
  await expect.poll(enough, patience).toBe(true);
  return await record(edge, recording, ...targets);
}

/** Ends it on this edge, and waits until every part is whole. */
export async function ended(edge: InProcessEdge, recording: Recording): Promise<RecordedPart[]> {
  const running = async () => (await record(edge, recording)).filter((part) => part.running).length;
  await expect.poll(running, patience).toBe(0);
  return await record(edge, recording);
}

/** A camera whose pictures can be decoded, with a keyframe each second. */
async function publishPicture({ client }: InProcessEdge, meetingId: string): Promise<AsyncDisposable> {
  const who = { meetingId, participantId: 'p' };
  const asked = { ...who, canPublish: true, rtpCapabilities: receivesEverything, targets: [] };
  const { sendTransport } = await client.openSession(asked);
  const port = sendTransport?.iceCandidates[0]?.port;
  const ssrc = 4_711;
  const media = { kind: TrackKind.VIDEO, source: TrackSource.CAMERA, muted: false };
  await client.publishTrack({ ...who, ...media, trackId: 'cam', rtpParameters: vp8Parameters([{ ssrc }]) });
  const input = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=15'];
  const codec = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '15', '-b:v', '300k'];
  const output = ['-f', 'rtp', '-payload_type', '101', '-ssrc', String(ssrc)];
  // Its reports go nowhere: the edge answers to whichever of its two ports it hears first.
  const url = `rtp://127.0.0.1:${port}?rtcpport=9&pkt_size=1100`;
  const camera = spawn('ffmpeg', ['-loglevel', 'error', ...input, ...codec, ...output, url], { stdio: 'ignore' });
  const ended = once(camera, 'close');
  return {
    async [Symbol.asyncDispose]() {
      camera.kill('SIGKILL');
      await ended;
    },
  };
}

/** Publishes {@link camera} and {@link microphone} on that edge. */
export async function publishOn(edge: InProcessEdge, meetingId: string): Promise<AsyncDisposable> {
  const owned = new AsyncDisposableStack();
  const common = { client: edge.client, meetingId };
  owned.use(await publishPicture(edge, meetingId));
  owned.use(await FakePublisher.start({ ...common, participantId: 'q', trackId: 'mic', layers: 0 }));
  return owned;
}

/** The processes that write a recording here, by their working folder. */
export async function writers({ recordingId }: Recording): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  // One of somebody else may have ended meanwhile, or may not be looked at.
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, index) => folders[index]?.includes(recordingId));
}
