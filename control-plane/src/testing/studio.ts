import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrackKind } from '@canopy/proto/media';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type Compositor, startCompositor } from '../compositor/context.ts';
import type { ControlPlane } from '../context.ts';
import { call, newMeeting } from './api.ts';
import { ComposedFile } from './composed-file.ts';
import type { FakeEdge } from './fake-edge.ts';
import { camera, frankfurt, microphone } from './media.ts';
import { TestMesh } from './mesh.ts';
import { PartWriter } from './part-writer.ts';
import { joined, type Person, published } from './people.ts';

/** Encoding takes what a busy machine leaves. */
export const patience = { timeout: 90_000, interval: 100 };

/** How long recordings are kept, by what the control plane says. */
export const keptForMs = 240_000;

const deliveriesBody = z.object({ deliveries: z.array(z.object({ payload: z.string() })) });
const eventBody = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });
const compositionBody = z.object({ composition: z.record(z.string(), z.unknown()) });

/** A recording: its id, and its path in the REST API. */
export interface Recording {
  id: string;
  path: string;
}

/** A control plane and an edge that record into a folder, and compositors that make files of that. */
export class Studio implements AsyncDisposable {
  readonly folder: string;
  readonly mesh: TestMesh;
  readonly replica: ControlPlane;
  readonly edge: FakeEdge;
  readonly parts: PartWriter;

  private constructor(folder: string, mesh: TestMesh, replica: ControlPlane, edge: FakeEdge) {
    this.folder = folder;
    this.mesh = mesh;
    this.replica = replica;
    this.edge = edge;
    this.parts = new PartWriter(folder);
  }

  static async open(): Promise<Studio> {
    const folder = await mkdtemp(join(tmpdir(), 'composing-test-'));
    const mesh = await TestMesh.create({ config: { recordings: folder, recordingsKeptForMs: keptForMs } });
    const edge = await mesh.edge('eu-central-1', 'eu-central-1');
    const replica = await mesh.replica();
    await mesh.untilHeard([replica], ['eu-central-1']);
    return new Studio(folder, mesh, replica, edge);
  }

  get url(): string {
    return this.replica.httpAddress;
  }

  /** A compositor for one test. */
  async compositor({
    ffmpeg = 'ffmpeg',
    recordings = this.folder,
    kept,
  }: {
    ffmpeg?: string;
    recordings?: string;
    /** So long, in ms; by default it takes away nothing by its age. */
    kept?: number;
  } = {}): Promise<Compositor> {
    const { databaseUrl, logLevel } = this.mesh.config;
    const config = { recordings, workDir: this.folder, ffmpeg, keptForMs: kept, healthPort: 0, databaseUrl, logLevel };
    const started = await startCompositor(config, silentLogger);
    onTestFinished(() => started[Symbol.asyncDispose]());
    return started;
  }

  person(meetingId: string, name: string): Promise<Person> {
    return joined(this.mesh, this.replica, meetingId, name, { location: frankfurt });
  }

  /** Starts to record a meeting, of which the edge has nothing yet. */
  async record(meetingId: string): Promise<Recording> {
    this.edge.recordedParts = [];
    const path = `/v1/meetings/${meetingId}/recordings`;
    const id = String((await call(this.url, 'POST', path)).body.id);
    return { id, path: `${path}/${id}` };
  }

  /** A meeting that was recorded for so many seconds; somebody was heard from the beginning, and seen a second later. */
  async recorded(seconds = 2): Promise<Recording> {
    const meetingId = await newMeeting(this.url);
    const ada = await this.person(meetingId, 'Ada');
    const [sound, sight] = [await published(ada, microphone), await published(ada, camera)];
    const recording = await this.record(meetingId);
    const heard = await this.parts.write(recording.id, 'audio', seconds);
    const seen = await this.parts.write(recording.id, 'video', seconds - 1);
    const untilMs = 1_000 * seconds;
    this.edge.recordedParts = [
      partOf({ partId: heard, trackId: sound, kind: TrackKind.AUDIO, untilMs }),
      partOf({ partId: seen, trackId: sight, kind: TrackKind.VIDEO, fromMs: 1_000, untilMs }),
    ];
    await call(this.url, 'POST', `${recording.path}/stop`);
    return recording;
  }

  /** What the REST API says of the file that a recording becomes. */
  async composition({ path }: Recording): Promise<Record<string, unknown>> {
    return compositionBody.parse((await call(this.url, 'GET', path)).body).composition;
  }

  async until(status: 'composing' | 'ready' | 'failed', recording: Recording): Promise<void> {
    await expect.poll(async () => (await this.composition(recording)).status, patience).toBe(status);
  }

  file({ id }: Recording): ComposedFile {
    return new ComposedFile(join(this.folder, id, 'composed', 'recording.webm'));
  }

  /** What a webhook is told from now on of each recording, the first first: in the outbox, whether or not anybody takes it. */
  async told(): Promise<(recording: Recording) => Promise<object[]>> {
    const { body } = await call(this.url, 'POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/' });
    return async ({ id }) => {
      const answer = await call(this.url, 'GET', `/v1/webhooks/${String(body.id)}/deliveries`);
      const { deliveries } = deliveriesBody.parse(answer.body);
      const events = deliveries.map(({ payload }) => eventBody.parse(JSON.parse(payload)));
      return events.reverse().flatMap(({ type, data }) => (data.recordingId === id ? [{ type, ...data }] : []));
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mesh[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true });
  }
}

/** What the edge tells of a part, which it wrote from and until so many ms after the recording began. */
export function partOf({
  partId,
  trackId,
  kind,
  fromMs = 0,
  untilMs,
}: {
  partId: string;
  trackId: string;
  kind: TrackKind;
  fromMs?: number;
  untilMs: number;
}) {
  const beganMs = 1_000_000_000;
  return {
    partId,
    trackId,
    kind,
    edgeId: 'eu-central-1',
    startedAtMs: beganMs + fromMs,
    writtenUntilMs: beganMs + untilMs,
    segments: 3,
    bytes: 9,
    running: false,
  };
}
