import { RecordingAction, type RecordingNotice, RecordingStatus } from '@canopy/proto/recording';
import type { MeetingEvent, MeetingSnapshot } from '@canopy/proto/signal';
import { Emitter } from '@canopy/runtime/emitter';
import type { Ask, Feature } from '../feature.ts';

/** Whether the meeting is being recorded, which everybody in it is told. */
export type RecordingView = 'off' | 'running' | 'paused';

/** The recording of a meeting: what is known of it, and for hosts and cohosts the switches. */
export class MeetingRecording implements Feature {
  readonly events = new Emitter<{ changed: RecordingView }>();
  readonly #ask: Ask;
  #view: RecordingView = 'off';
  #errorCode: string | undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  get view(): RecordingView {
    return this.#view;
  }

  /** Why nothing can be recorded just now, as RECORDING_DISK_FULL; undefined while all is well. Changes with `changed`. */
  get errorCode(): string | undefined {
    return this.#errorCode;
  }

  /** Rejects with FORBIDDEN, RECORDING_RUNNING or a retryable error. */
  start(): Promise<void> {
    return this.#control(RecordingAction.START);
  }

  /** Rejects with FORBIDDEN, RECORDING_NOT_FOUND or a retryable error; so do the others. */
  pause(): Promise<void> {
    return this.#control(RecordingAction.PAUSE);
  }

  resume(): Promise<void> {
    return this.#control(RecordingAction.RESUME);
  }

  stop(): Promise<void> {
    return this.#control(RecordingAction.STOP);
  }

  adopt({ recording }: MeetingSnapshot): void {
    this.#show(recording);
  }

  apply({ recordingChanged }: MeetingEvent): void {
    if (recordingChanged !== undefined) this.#show(recordingChanged);
  }

  async #control(action: RecordingAction): Promise<void> {
    await this.#ask({ controlRecording: { action } });
  }

  #show(notice: RecordingNotice | undefined): void {
    const view = shown(notice);
    if (view === this.#view && notice?.errorCode === this.#errorCode) return;
    this.#view = view;
    this.#errorCode = notice?.errorCode;
    this.events.emit('changed', view);
  }
}

function shown(notice: RecordingNotice | undefined): RecordingView {
  if (notice?.status === RecordingStatus.RUNNING) return 'running';
  return notice?.status === RecordingStatus.PAUSED ? 'paused' : 'off';
}
