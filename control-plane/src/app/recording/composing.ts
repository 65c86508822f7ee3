import { type Clock, pause } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { keepTrying } from '@canopy/runtime/keep-trying';
import type { Logger } from '@canopy/runtime/logger';
import {
  overlaps,
  retryOf,
  type Span,
  stretchesOf,
  type UsedPart,
  withoutDoubles,
} from '../../core/recording/composition.ts';
import { layOut } from '../../core/recording/layout.ts';
import type { Recording } from '../../core/recording/recording.ts';
import { silenceMs, speakersOf } from '../../core/recording/speakers.ts';
import { JobLease } from './job-lease.ts';
import type { Composer, CompositionJobs } from './ports.ts';

export interface ComposingDeps {
  jobs: CompositionJobs;
  composer: Composer;
  /** How long recordings are kept after their end; undefined: until somebody deletes them. */
  keptForMs: number | undefined;
  clock: Clock;
  random: () => number;
  logger: Logger;
}

/** What a recording is composed of. */
interface Material {
  id: string;
  parts: readonly UsedPart[];
  names: ReadonlyMap<string, string>;
}

const lookEveryMs = 1_000;
const backoff = { initialMs: 1_000, maxMs: 5_000 };

/**
 * Makes recordings that have ended into one file each, one after the other, and takes away the files of those that were
 * deleted. Any number of processes do it side by side: a job is leased, and who dies with one is followed by another, which
 * goes on with the stretches that are done.
 */
export class Composing implements AsyncDisposable {
  readonly #deps: ComposingDeps;
  readonly #stopping = new AbortController();
  #ready = false;
  #running: Promise<void> | undefined;

  constructor(deps: ComposingDeps) {
    this.#deps = deps;
  }

  /** Whether it got at the jobs when it last looked. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Until it is disposed of. */
  run(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  /** What is under way is given up; another process takes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#tried('deleted recordings are looked at later', () => this.#tidy(signal));
      const worked = await this.#tried('recordings are looked at later', () => this.#composeNext(signal));
      this.#ready = worked !== undefined;
      if (worked !== true) await pause(this.#deps.clock, lookEveryMs, signal).catch(() => undefined);
    }
  }

  /** What fails is tried again, and holds up nothing else; undefined then. */
  async #tried<T>(otherwise: string, work: () => Promise<T>, about: object = {}): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#deps.logger.warn({ err: error, ...about }, otherwise);
      return undefined;
    }
  }

  async #tidy(signal: AbortSignal): Promise<void> {
    const { jobs, keptForMs } = this.#deps;
    if (keptForMs !== undefined) await jobs.expire(keptForMs);
    const deleted = await jobs.deleted();
    this.#ready = true;
    for (const recordingId of deleted) {
      if (signal.aborted) return;
      await this.#tried('a recording is taken away later', () => this.#remove(recordingId), { recordingId });
    }
  }

  async #remove(recordingId: string): Promise<void> {
    await this.#deps.composer.remove(recordingId);
    await this.#deps.jobs.forget(recordingId);
  }

  /** False: none waits. */
  async #composeNext(signal: AbortSignal): Promise<boolean> {
    const { jobs, clock, logger } = this.#deps;
    const since = clock.now();
    const recording = await jobs.claim();
    this.#ready = true;
    if (recording === undefined) return false;
    const log = logger.child({ meetingId: recording.meetingId, recordingId: recording.id });
    const renew = (progress: number) => jobs.renew(recording.id, progress);
    using lease = new JobLease({ since, renew, clock, logger: log });
    await this.#compose(recording, lease, signal, log);
    return true;
  }

  async #compose(recording: Recording, lease: JobLease, stopping: AbortSignal, log: Logger): Promise<void> {
    const { jobs, composer } = this.#deps;
    const signal = AbortSignal.any([stopping, lease.lost]);
    try {
      const parts = withoutDoubles(recording.parts);
      const stretches = stretchesOf(parts);
      if (stretches.length === 0) throw new CanopyError('RECORDING_EMPTY');
      log.info({ stretches: stretches.length }, 'composing');
      const names = await jobs.names(recording);
      for (const [index, stretch] of stretches.entries()) {
        await this.#stretch({ id: recording.id, parts, names }, index, stretch, signal);
        await lease.progressed((index + 1) / (stretches.length + 1));
      }
      const bytes = await composer.join(recording.id, stretches.length, signal);
      const durationMs = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
      await this.#done(recording.id, { bytes, durationMs }, signal);
      log.info({ bytes, durationMs }, 'composed');
    } catch (error) {
      if (signal.aborted) {
        log.info({ progress: lease.progress }, 'composing was given up');
        return await jobs.release(recording.id);
      }
      log.warn({ err: error }, 'a recording was not composed');
      const { code } = CanopyError.from(error);
      await jobs.failed(recording.id, code, retryOf(code));
    } finally {
      await composer.tidy(recording.id);
    }
  }

  /** What took so long is there: while that can't be noted for now, it is tried again, as long as the job is ours. */
  #done(recordingId: string, file: { bytes: number; durationMs: number }, signal: AbortSignal): Promise<void> {
    const { jobs, clock, random, logger } = this.#deps;
    const onFailed = (error: unknown) =>
      logger.warn({ err: error, recordingId }, 'that a recording is composed is kept later');
    return keepTrying(() => jobs.done(recordingId, file), { ...backoff, signal, clock, random, onFailed });
  }

  async #stretch({ id, parts, names }: Material, index: number, span: Span, signal: AbortSignal): Promise<void> {
    const { composer } = this.#deps;
    if (await composer.has(id, index)) return;
    // Who spoke shortly before is the speaker still.
    const heard = { from: span.from - silenceMs, to: span.to };
    const voices = parts.filter((part) => part.kind === 'audio' && !part.screen && overlaps(part, heard));
    const speaking = speakersOf(await composer.listen(id, voices, heard, signal), heard);
    const overlapping = parts.filter((part) => overlaps(part, span));
    const placed = layOut(parts, span, speaking);
    await composer.stretch(id, index, { span, parts: overlapping, placed, names }, signal);
  }
}
