import { TrackSource } from '@canopy/proto/media';
import { isToldOfEach } from '@canopy/proto/reception';
import { type LoweredPictures, Role } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Ask } from '../feature.ts';
import type { ReceivedTrack } from '../media/remote-tracks.ts';
import type { SentTrack } from '../media/sent-encodings.ts';
import type { MeetingView } from '../meeting-view.ts';
import { captureDelayMs } from './capture-delay.ts';
import { ClockWatch } from './clock-watch.ts';
import { jitterTarget } from './jitter-target.ts';
import { type LinkQuality, type LinkSample, qualityOf, type SteadyQuality, steady } from './link-quality.ts';
import { ReportTurns } from './report-turns.ts';
import { readStats, type StatsById } from './stats-sample.ts';
import { trackIdsOf } from './stream-owners.ts';
import type { StreamStats, TrackStats } from './track-stats.ts';

const periodMs = 2_500;
/** A sender feels its way up to the full picture; for so many samples, a small one means nothing. */
const samplesToWarmUp = 4;

/** What the server says of pictures it says every five seconds while it lasts, and may miss once. */
const loweredForMs = 12_000;

/** How well the meeting comes and goes. Immutable. */
export interface QualityView {
  /** Null until something was measured. */
  readonly link: LinkQuality | null;
  /** To the edge and back. */
  readonly rttMs: number | undefined;
  readonly tracks: readonly TrackStats[];
}

export interface QualityWatchDeps {
  clock: Clock;
  getStats: () => Promise<{ send?: Iterable<[string, StreamStats]>; receive: Iterable<[string, StreamStats]> }>;
  receiving: () => readonly ReceivedTrack[];
  sending: () => readonly SentTrack[];
  view: () => MeetingView;
  /** In [0, 1). */
  random: () => number;
  request: Ask;
}

/** Measures every few seconds how well the meeting comes and goes, tells the others in one number and how its clock goes (a large meeting counts it), and lets an audience on an uneven network wait a little longer for what it sees. */
export class QualityWatch {
  readonly events = new Emitter<{ changed: QualityView }>();
  readonly #deps: QualityWatchDeps;
  readonly #clocks: ClockWatch;
  readonly #turns: ReportTurns;
  readonly #stop: () => void;
  #view: QualityView = { link: null, rttMs: undefined, tracks: [] };
  #before: StatsById = new Map();
  #steady: SteadyQuality | undefined;
  #limited = 0;
  #lowered = { trackIds: new Set<string>(), until: Number.NEGATIVE_INFINITY };

  constructor(deps: QualityWatchDeps) {
    this.#deps = deps;
    this.#clocks = new ClockWatch(deps.clock, deps.request);
    this.#turns = new ReportTurns(deps.random);
    this.#stop = deps.clock.every(periodMs, () => void this.#look());
  }

  stop(): void {
    this.#stop();
    this.#clocks.stop();
  }

  get view(): QualityView {
    return this.#view;
  }

  /** The replica that is connected now knows nothing of what others were told. */
  resumed(): void {
    this.#turns.forget();
  }

  /** The server says of which pictures the connection does not carry what was asked for. */
  lowered({ trackIds }: LoweredPictures): void {
    this.#lowered = { trackIds: new Set(trackIds), until: this.#deps.clock.now() + loweredForMs };
  }

  async #look(): Promise<void> {
    const { view, receiving, sending } = this.#deps;
    const meeting = view();
    const stats = await this.#read();
    if (stats === undefined || meeting.media !== 'connected') return;
    const { trackIds, until } = this.#lowered;
    const lowered = this.#deps.clock.now() < until ? trackIds : new Set<string>();
    const sample = readStats(stats, this.#before, trackIdsOf(stats, receiving(), sending()), lowered);
    this.#before = stats;
    this.#steer(meeting.self.role, sample.link.jitterMs);
    this.#steady = steady(this.#steady, qualityOf(this.#withoutWarmUp(sample.link)));
    this.#view = {
      link: this.#steady.shown,
      rttMs: sample.link.rttMs,
      tracks: this.#withDelays(meeting, sample.tracks),
    };
    this.events.emit('changed', this.#view);
    await this.#report(meeting, sample.seen);
  }

  /** Undefined when the session was closed meanwhile. */
  async #read(): Promise<StatsById | undefined> {
    try {
      const { send, receive } = await this.#deps.getStats();
      const all = new Map<string, StreamStats>();
      // Each direction has a connection of its own, in which ids are unique.
      for (const [id, stats] of send ?? []) all.set(id, stats);
      for (const [id, stats] of receive) all.set(all.has(id) ? `receive ${id}` : id, stats);
      return all;
    } catch (error) {
      console.debug('canopy: no statistics', error);
      return undefined;
    }
  }

  #withDelays({ participants, tracks }: MeetingView, all: readonly TrackStats[]): TrackStats[] {
    const receivers = new Map(this.#deps.receiving().map(({ trackId, receiver }) => [trackId, receiver]));
    return all.map((stats) => {
      if (stats.direction === 'sent') return stats;
      const [frame] = receivers.get(stats.trackId)?.getSynchronizationSources() ?? [];
      const sender = participants.get(tracks.get(stats.trackId)?.participantId ?? '')?.clockAheadMs;
      return { ...stats, captureDelayMs: captureDelayMs(frame, { sender, receiver: this.#clocks.aheadMs }) };
    });
  }

  #withoutWarmUp(link: LinkSample): LinkSample {
    this.#limited = link.uploadLimitedBy === undefined ? 0 : this.#limited + 1;
    return this.#limited > samplesToWarmUp ? link : { ...link, uploadLimitedBy: undefined };
  }

  #steer(role: Role, jitterMs: number | undefined): void {
    const target = jitterTarget({ watches: role === Role.ATTENDEE, jitterMs });
    for (const { receiver } of this.#deps.receiving()) {
      if (receiver?.jitterBufferTarget !== undefined) receiver.jitterBufferTarget = target;
    }
  }

  async #report(meeting: MeetingView, seen: ReadonlySet<string>): Promise<void> {
    const { clock, request } = this.#deps;
    const { link } = this.#view;
    const { meetingId, connection, self, participants, attendeeCount } = meeting;
    if (link === null || connection !== 'connected') return;
    const tracks = [...meeting.tracks.values()];
    const screen = tracks.find(({ id, source }) => source === TrackSource.SCREEN && seen.has(id));
    const report = {
      networkQuality: link.score,
      seesTrackId: screen?.id ?? '',
      // Of who publishes nothing nobody needs it.
      clockAheadMs: self.role === Role.ATTENDEE ? undefined : this.#clocks.aheadMs,
    };
    // It also depends on these what others are told: in a breakout room nothing yet, for example.
    const told = {
      meetingId,
      role: self.role,
      ofEach: isToldOfEach(participants.size),
      publishes: tracks.some(({ participantId }) => participantId === self.participantId),
    };
    const text = JSON.stringify({ ...told, ...report });
    if (!this.#turns.isDue(text, participants.size + attendeeCount, clock.now())) return;
    this.#turns.take(clock.now());
    try {
      await request({ reportReception: report });
      this.#turns.told(text);
    } catch (error) {
      // The next look tells it, with what is true then.
      console.debug('canopy: the quality was not told', CanopyError.from(error).code);
    }
  }
}
