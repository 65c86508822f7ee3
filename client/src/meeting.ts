import { firstTracks } from '@canopy/proto/first-tracks';
import type { TrackSource, TrackWant } from '@canopy/proto/media';
import {
  type Edge,
  type Joined,
  type MeetingEvent,
  type MeetingSnapshot,
  type Resumed,
  Role,
  type RoleChanged,
  type StreamPosition,
} from '@canopy/proto/signal';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { MeetingBreakouts } from './breakouts/meeting-breakouts.ts';
import type { Chat } from './chat/chat.ts';
import { MeetingEncryption } from './e2ee/meeting-encryption.ts';
import type { Ask } from './feature.ts';
import { MeetingLinks } from './links/meeting-links.ts';
import type { VideoCodec } from './media/encodings.ts';
import { MeetingMedia, type MeetingMediaParts } from './media/meeting-media.ts';
import { SpeakerMonitor } from './media/speaker-monitor.ts';
import type { MeetingEvents } from './meeting-events.ts';
import { MeetingFeatures } from './meeting-features.ts';
import { MeetingModel } from './meeting-model.ts';
import type { MeetingView } from './meeting-view.ts';
import { carryOut } from './moderation/carry-out.ts';
import type { Moderation } from './moderation/moderation.ts';
import { NetworkChanges } from './network-changes.ts';
import type { Polls } from './polls/polls.ts';
import { QualityWatch } from './quality/quality-watch.ts';
import type { Questions } from './questions/questions.ts';
import type { Hands } from './reactions/hands.ts';
import type { Reactions } from './reactions/reactions.ts';
import type { MeetingRecording } from './recording/meeting-recording.ts';
import type { SignalConnection } from './signal/signal-connection.ts';
import { loadAttendees } from './state/attendee-pages.ts';
import { applyEvent, fromSnapshot, snapshotOf, withAttendees } from './state/meeting-state.ts';
import { reroutedBy, reroutedIn } from './state/rerouted.ts';
import type { ReadMarks } from './unread.ts';

export interface PublishOptions {
  /** Default false. */
  muted?: boolean;
  /** Video only. Default VP8, which every viewer can decode. Where this browser can't send it, the first it can. */
  codec?: VideoCodec;
}

/** A participant's presence in one meeting, from the join to the end. Lost connections, changed networks and replaced edges are dealt with inside: the application sees `reconnecting` and then goes on. */
export class Meeting {
  readonly events = new Emitter<MeetingEvents>();
  /** Whether the meeting is being recorded, and for hosts and cohosts the switches. */
  readonly recording: MeetingRecording;
  /** Order in the meeting: its rules, who waits, and what hosts and cohosts do. */
  readonly moderation: Moderation;
  readonly chat: Chat;
  /** Questions to the stage, and the votes for them. */
  readonly questions: Questions;
  readonly polls: Polls;
  readonly hands: Hands;
  readonly reactions: Reactions;
  readonly breakouts: MeetingBreakouts;
  /** Whether media is encrypted from browser to browser, with what code to compare, and what can't be decrypted. */
  readonly encryption: MeetingEncryption;
  readonly links: MeetingLinks;
  readonly #features: MeetingFeatures;
  /** How well the meeting comes and goes, with the cause and in numbers. */
  readonly quality: QualityWatch;
  readonly #connection: SignalConnection;
  readonly #media: MeetingMedia;
  readonly #speakers: SpeakerMonitor;
  #endedBecause: CanopyError | undefined;
  readonly #network: NetworkChanges;
  readonly #model: MeetingModel;

  /** `joinMeeting` puts the parts together. */
  constructor(parts: MeetingMediaParts, joined: Joined, encryptionKey?: string, readMarks: ReadMarks = new Map()) {
    this.#connection = parts.connection;
    const { meetingId, rules } = snapshotOf(joined);
    this.encryption = new MeetingEncryption({
      // Who was given a key encrypts, whatever the server says of the meeting.
      on: encryptionKey !== undefined || rules?.endToEndEncrypted === true,
      key: encryptionKey,
      meetingId,
      participantId: joined.participantId,
      ownerOf: (trackId) => this.#model.latestState.tracks.get(trackId),
    });
    this.#media = new MeetingMedia(
      { ...parts, encryption: this.encryption.media },
      joined,
      (trackId) => this.#model.latestState.tracks.get(trackId)?.muted ?? true,
    );
    const shown = { connection: parts.connection.state, published: this.#media.local.wanted };
    this.#model = new MeetingModel(joined, shown, parts.clock);
    this.#speakers = new SpeakerMonitor({
      clock: parts.clock,
      receiving: () => this.#media.remote.receiving,
      speakerOf: (trackId) => this.#model.state.tracks.get(trackId)?.participantId,
      onChange: (ids) => this.#heard(ids),
    });
    this.#network = new NetworkChanges({
      clock: parts.clock,
      random: parts.random,
      connection: parts.connection,
      media: this.#media,
      audience: () => this.#model.state.participants.size + this.#model.state.attendeeCount,
    });
    const ask: Ask = (request) => this.#connection.request(request);
    const { participantId } = joined;
    this.#features = new MeetingFeatures({ ask, clock: parts.clock, participantId, readMarks });
    this.moderation = this.#features.moderation;
    this.chat = this.#features.chat;
    this.questions = this.#features.questions;
    this.polls = this.#features.polls;
    this.hands = this.#features.hands;
    this.reactions = this.#features.reactions;
    this.breakouts = this.#features.breakouts;
    this.recording = this.#features.recording;
    this.links = new MeetingLinks(ask);
    this.#features.adopt(snapshotOf(joined));
    this.quality = new QualityWatch({
      clock: parts.clock,
      getStats: () => this.#media.getStats(),
      receiving: () => this.#media.remote.receiving,
      sending: () => this.#media.sending,
      view: () => this.#model.view,
      random: parts.random,
      request: ask,
    });
    this.moderation.events.on('moderated', ({ what }) => carryOut(what, this.#media.local));
    this.#listenToModel();
    this.#listenToConnection();
    this.#listenToMedia();
    this.#media.joined(joined.consumers, this.#model.ownTracks);
    this.#suggest();
  }

  /** Everything there is to show, as of now. */
  get view(): MeetingView {
    return this.#model.view;
  }

  /** Why it is over, once it is: for who comes too late for the event. Undefined also after {@link leave}. */
  get endedBecause(): CanopyError | undefined {
    return this.#endedBecause;
  }

  /** Where a resume takes up: the last event seen, whether media needs new ICE parameters, the role gone by, and the edge that media goes over or is on its way to. */
  get resumePoint(): { position: StreamPosition; restartIce: boolean; role: Role; edgeId: string | undefined } {
    return {
      edgeId: this.#media.latestEdge?.id,
      role: this.#model.latestRole,
      position: this.#model.latestState.position,
      restartIce: this.#network.pending || this.#media.state === 'interrupted',
    };
  }

  /** Publishes a track, or replaces the one of the same source. Media `null` keeps a muted track without sending anything. The media track stays the caller's to stop. Rejects with FORBIDDEN, TRACK_LIMIT_REACHED or INVALID_MEDIA_PARAMETERS. */
  publish(source: TrackSource, media: MediaStreamTrack | null, options: PublishOptions = {}): Promise<void> {
    return this.#media.local.set({ source, media, muted: options.muted ?? false, codec: options.codec ?? 'VP8' });
  }

  unpublish(source: TrackSource): Promise<void> {
    return this.#media.local.remove(source);
  }

  /** Takes effect here at once, and for everybody else when the promise settles. */
  async setMuted(source: TrackSource, muted: boolean): Promise<void> {
    const track = this.#media.local.wanted.get(source);
    if (track !== undefined) await this.#media.local.set({ ...track, muted });
  }

  /** Declares the tracks to receive and the size, in device pixels, each is shown at; of more than 256 those with the highest priority (1 to 255) are asked for. Replaces what was declared before; until something is, all microphones and the newest nine videos are received. */
  setSubscriptions(wants: readonly TrackWant[]): void {
    this.#media.subscriptions.set(wants);
  }

  /** Loads one more page of a webinar's attendees, or of a meeting's crowd, into the view; nothing if all are known. `anew`: the first, in place of what is known. Rejects with FORBIDDEN for attendees of a webinar. */
  async loadAttendees({ anew = false } = {}): Promise<void> {
    const cursor = anew ? '' : this.#model.state.nextAttendees;
    if (cursor === null) return;
    await loadAttendees(this.#connection, cursor, (page, since) => {
      const { state } = this.#model;
      if (anew || state.nextAttendees === cursor)
        this.#model.adopt(withAttendees(state, page, since, anew || (cursor === '' && !this.#followsAttendees)));
    });
  }

  /** It is told of each who is counted. */
  get #followsAttendees(): boolean {
    const { mode, self } = this.view;
    return mode === 'webinar' || self.role === Role.HOST || self.role === Role.COHOST;
  }

  /** The edges a track crosses to get here, its publisher's first. Rejects with TRACK_NOT_FOUND. */
  async trackPath(trackId: string): Promise<Edge[]> {
    const { path } = await this.#connection.request({ getTrackPath: { trackId } });
    return path?.edges ?? [];
  }

  /** Puts somebody before everybody's eyes, or no longer. Rejects with FORBIDDEN unless this participant is host or cohost, or with PARTICIPANT_NOT_FOUND. */
  async setSpotlight(participantId: string, on: boolean): Promise<void> {
    await this.#connection.request({ setSpotlight: { participantId, on } });
  }

  /** WebRTC statistics of both directions, for diagnostics. */
  getStats(): Promise<{ send?: RTCStatsReport; receive: RTCStatsReport }> {
    return this.#media.getStats();
  }

  /** Media ends when the server knows that this is a departure and no accident, after a second at most. */
  async leave(): Promise<void> {
    await this.#connection.leave();
    this.#close();
  }

  #listenToModel(): void {
    const { events } = this.#model;
    events.on('changed', (view) => this.events.emit('stateChanged', view));
    events.on('tracksGone', (trackIds) => {
      for (const trackId of trackIds) this.#media.remote.removeTrack(trackId);
    });
    events.on('tracksChanged', () => this.#suggest());
  }

  #listenToConnection(): void {
    const { events } = this.#connection;
    events.on('joined', (joined) => this.#rejoined(joined));
    events.on('resumed', (resumed) => this.#resumed(resumed));
    events.on('pushed', (push) => {
      if ('event' in push) return this.#apply(push.event);
      if ('breakouts' in push) return this.breakouts.told(push.breakouts);
      if ('loweredPictures' in push) return this.quality.lowered(push.loweredPictures);
      if ('neededLayers' in push) return void this.#media.local.encode(push.neededLayers);
      if ('transfer' in push) return void this.#transferred(push.transfer);
      this.#arrive();
      if ('snapshot' in push) this.#replace(push.snapshot);
      else if ('counts' in push) this.#model.told({ attendeeCount: push.counts.attendeeCount });
      else if ('receptionCounts' in push) this.#model.told({ reception: push.receptionCounts });
      else if ('migrate' in push) this.#media.migrate(push.migrate);
      else this.#roleChanged(push.roleChanged);
    });
    events.on('ended', (reason) => this.#ended(reason));
    events.on('stateChanged', (connection) => {
      if (connection !== 'connected') this.#media.subscriptions.disconnected();
      this.#model.update({ connection });
      this.events.emit('connectionChanged', connection);
    });
  }

  #listenToMedia(): void {
    const { events, local, remote } = this.#media;
    events.on('stateChanged', (media) => this.#model.update({ media }));
    events.on('moved', (edge) => this.#model.updateSelf({ edge }));
    local.events.on('changed', (published) => this.#model.updateSelf({ published }));
    local.events.on('failed', (failure) => this.events.emit('publishFailed', failure));
    remote.events.on('subscribed', ({ trackId, media }) => {
      this.#model.update({ received: new Map(this.view.received).set(trackId, media) });
      this.events.emit('trackSubscribed', { trackId, track: media });
    });
    remote.events.on('unsubscribed', ({ trackId }) => {
      const received = new Map(this.view.received);
      received.delete(trackId);
      this.#model.update({ received });
      this.encryption.forget(trackId);
      this.events.emit('trackUnsubscribed', { trackId });
    });
  }

  /** Another meeting is entered over the same connection. What was received is shown until media flows there. */
  async #transferred(joined: Joined): Promise<void> {
    this.#model.depart(joined);
    this.#features.adopt(snapshotOf(joined));
    await this.#media.transfer(joined);
    if (this.#model.arriving === joined) this.#arrive();
  }

  #arrive(): void {
    if (!this.#model.arrive()) return;
    this.#connection.request({ transferred: {} }).catch((error: unknown) => {
      // The server closes what was left all the same, a little later.
      if (!CanopyError.from(error).retryable) console.warn('canopy:', error);
    });
  }

  #rejoined(joined: Joined): void {
    this.#network.settle();
    this.#media.replaceSession(joined);
    this.#model.rejoined(joined);
    // A new session is told anew of those there are.
    this.breakouts.reset();
    this.quality.resumed();
    this.#features.adopt(snapshotOf(joined));
    this.#media.joined(joined.consumers, this.#model.ownTracks);
    this.#suggest();
  }

  /** Told apart from the event that everybody gets: from here on this participant can do what its role allows. */
  #roleChanged(change: RoleChanged): void {
    this.#media.roleChanged(change);
    this.#model.updateSelf({ role: change.role });
    this.events.emit('roleChanged', change.role);
  }

  #resumed({ snapshot, events, ice, name }: Resumed): void {
    this.#arrive();
    this.#network.settle();
    const { generation } = this.#model.state.position;
    if (snapshot !== undefined) this.#replace(snapshot);
    for (const event of events) this.#apply(event, false);
    if (name !== undefined) this.#model.named(name);
    this.#features.resumed();
    this.quality.resumed();
    this.#media.resumed(ice, this.#model.ownTracks, this.#model.state.position.generation === generation);
  }

  #apply(event: MeetingEvent, live = true): void {
    const { latestState: before, arriving } = this.#model;
    const { state, outdated } = applyEvent(before, event);
    if (state !== before) this.#features.apply(event, live);
    // The stream was begun anew: a resume brings the snapshot that this state needs.
    if (outdated) this.#connection.reconnectNow();
    const moved = arriving === undefined ? reroutedBy(event, before) : undefined;
    // First: what the server chose does not stand any more.
    if (moved !== undefined) this.#media.subscriptions.refresh([moved]);
    this.#model.follow(state, event.ofAttendee === true);
    if (state.ended && arriving === undefined) this.#meetingEnded(new CanopyError('MEETING_ENDED'));
  }

  /** What happened in between is not told: tracks may come another way by now, and a host may have muted this participant. */
  #replace(snapshot: MeetingSnapshot): void {
    this.#media.subscriptions.refresh(reroutedIn(snapshot, this.#model.state));
    this.#model.adopt(fromSnapshot(snapshot));
    this.#features.adopt(snapshot);
    this.#media.local.told(this.#model.ownTracks);
  }

  /** Who never says what to receive goes on receiving what the server would choose. */
  #suggest(): void {
    this.#media.subscriptions.suggest(
      firstTracks([...this.#model.state.tracks.values()], this.view.self.participantId),
    );
  }

  /** A breakout room is no more, but the main meeting may go on. */
  #meetingEnded(reason: CanopyError): void {
    if (this.view.meetingId === this.view.mainMeetingId) this.#ended(reason);
    else this.#connection.rejoin(reason);
  }

  #ended(reason: CanopyError): void {
    this.#endedBecause = reason;
    this.#close();
    this.#connection.close();
    this.events.emit('ended', reason);
  }

  #close(): void {
    this.#network.stop();
    this.quality.stop();
    this.#model.close();
    this.#speakers.stop();
    this.#media.close();
    this.encryption.close();
  }

  #heard(participantIds: string[]): void {
    this.#model.update({ activeSpeakers: new Set(participantIds) });
    this.events.emit('activeSpeakers', participantIds);
  }
}
