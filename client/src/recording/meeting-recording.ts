import { RecordingAction, type RecordingNotice, RecordingStatus } from '@canopy/proto/recording';
import type { Joined, MeetingEvent, Resumed } from '@canopy/proto/signal';
import { Emitter } from '@canopy/runtime/emitter';
import type { SignalConnection } from '../signal/signal-connection.ts';

/** Whether the meeting is being recorded, which everybody in it is told. */
export type RecordingView = 'off' | 'running' | 'paused';

/** What it needs of the signaling connection. */
export interface RecordingConnection {
  events: Pick<SignalConnection['events'], 'on'>;
  request: SignalConnection['request'];
}

/** The recording of a meeting: what is known of it, and for hosts and cohosts the switches. */
export class MeetingRecording {
  readonly events = new Emitter<{ changed: RecordingView }>();
  readonly #connection: RecordingConnection;
  #view: RecordingView;

  constructor(connection: RecordingConnection, joined: Joined) {
    this.#connection = connection;
    this.#view = shown(joined.meeting?.recording);
    connection.events.on('joined', ({ meeting }) => this.#show(meeting?.recording));
    connection.events.on('resumed', (resumed) => this.#resumed(resumed));
    connection.events.on('pushed', (push) => {
      if ('event' in push) this.#apply(push.event);
      else if ('snapshot' in push) this.#show(push.snapshot.recording);
    });
  }

  get view(): RecordingView {
    return this.#view;
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

  async #control(action: RecordingAction): Promise<void> {
    await this.#connection.request({ controlRecording: { action } });
  }

  #resumed({ snapshot, events }: Resumed): void {
    if (snapshot !== undefined) this.#show(snapshot.recording);
    for (const event of events) this.#apply(event);
  }

  #apply({ recordingChanged }: MeetingEvent): void {
    if (recordingChanged !== undefined) this.#show(recordingChanged);
  }

  #show(notice: RecordingNotice | undefined): void {
    const view = shown(notice);
    if (view === this.#view) return;
    this.#view = view;
    this.events.emit('changed', view);
  }
}

function shown(notice: RecordingNotice | undefined): RecordingView {
  if (notice?.status === RecordingStatus.RUNNING) return 'running';
  return notice?.status === RecordingStatus.PAUSED ? 'paused' : 'off';
}
