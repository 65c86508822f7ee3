import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { Lifecycle } from '@canopy/runtime/lifecycle';
import type { Logger } from '@canopy/runtime/logger';
import type { Failover } from './cascade/failover.ts';
import { LinkServer } from './cascade/link-server.ts';
import { ParentLinks } from './cascade/parent-links.ts';
import { RouteStore } from './cascade/route-store.ts';
import { type OnPulled, RoutedUpstream } from './cascade/routed-upstream.ts';
import { Tracks } from './cascade/tracks.ts';
import { WarmTracks } from './cascade/warm-tracks.ts';
import { Inspection } from './inspection.ts';
import { Hushing } from './meeting/hushing.ts';
import { LocalPipes } from './meeting/local-pipes.ts';
import { Meeting } from './meeting/meeting.ts';
import { MeetingRouters } from './meeting/meeting-routers.ts';
import { Meetings } from './meeting/meetings.ts';
import { Speakers } from './meeting/speakers.ts';
import { Translations } from './meeting/translations.ts';
import type { FactPublisher, RouteAuthority } from './ports/control-plane.ts';
import type { MediaWorkers } from './ports/media.ts';
import type { Neighbours } from './ports/neighbours.ts';
import type { RecordingStore } from './ports/recording.ts';
import type { Relay } from './ports/relay.ts';
import { Recordings } from './recording/recordings.ts';
import { type DroppedTrack, DroppedTracks } from './session/dropped-tracks.ts';
import { LoweredPictures } from './session/lowered-pictures.ts';
import { NeededLayers } from './session/needed-layers.ts';
import { Publishing } from './session/publishing.ts';
import { Sessions } from './session/sessions.ts';
import { Subscribing } from './session/subscribing.ts';

export interface EdgeOptions {
  edgeId: string;
  bootId: string;
  /** How long a track stays after the last demand for it. */
  linkLingerMs: number;
  /** Of the microphones that one meeting has open here, links carry the so many loudest. */
  linkSpeakers: number;
  /** Load (0 to 1) above which a meeting spreads to a further worker. */
  spreadThreshold: number;
  /** How long a pull waits for a route to become known. */
  routeWaitMs: number;
  workers: MediaWorkers;
  neighbours: Neighbours;
  routeAuthority: RouteAuthority;
  facts: FactPublisher;
  relay: Relay;
  /** Undefined: nothing is recorded on this edge. */
  recordingStore: RecordingStore | undefined;
  /** Tracks of all meetings that are recorded here at once. */
  mostRecordedTracks: number;
  clock: Clock;
  logger: Logger;
  random: () => number;
  newId: () => string;
  onPulled: OnPulled;
  onFailover: (failover: Failover) => void;
}

/** `draining`: takes nobody new, until told otherwise. `leaving`: the same, and the process will exit; there is no way back. */
const transitions = {
  ready: ['draining', 'leaving', 'stopped'],
  draining: ['ready', 'leaving', 'stopped'],
  leaving: ['stopped'],
  stopped: [],
} as const;

/** The edge: its meetings, and what can be asked of them. */
export class Edge {
  readonly routes: RouteStore;
  readonly meetings: Meetings;
  readonly sessions: Sessions;
  readonly publishing: Publishing;
  readonly subscribing: Subscribing;
  readonly warm: WarmTracks;
  readonly recordings: Recordings;
  readonly links: LinkServer;
  readonly inspection: Inspection;
  readonly #dropped: DroppedTracks;
  readonly #lowered: LoweredPictures;
  readonly #neededLayers: NeededLayers;
  readonly #options: EdgeOptions;
  readonly #lifecycle: Lifecycle<keyof typeof transitions>;

  constructor(options: EdgeOptions) {
    const { edgeId, bootId, clock, logger, facts, relay, routeAuthority, routeWaitMs, workers } = options;
    this.#options = options;
    this.#lifecycle = new Lifecycle<keyof typeof transitions>('ready', transitions, logger);
    this.routes = new RouteStore(edgeId, routeAuthority, clock, logger, routeWaitMs);
    this.meetings = new Meetings((meetingId, onIdle) => this.#createMeeting(meetingId, onIdle));
    const { meetings, routes } = this;
    const draining = () => this.draining;
    const onTrackEnded = (track: DroppedTrack) => this.#dropped.ended(track);
    this.sessions = new Sessions({ workers, meetings, routes, facts, relay, clock, logger, onTrackEnded, draining });
    this.#neededLayers = new NeededLayers({ clock, facts, published: () => meetings.published() });
    this.publishing = new Publishing({
      edgeId,
      meetings,
      sessions: this.sessions,
      neededLayers: this.#neededLayers,
      clock,
      logger,
    });
    this.subscribing = new Subscribing(meetings, routes);
    const isAwaited = ({ meetingId, trackId }: DroppedTrack) =>
      [...(meetings.get(meetingId)?.sessions.values() ?? [])].some((one) => one.subscriptions.awaits(trackId));
    this.#dropped = new DroppedTracks({ clock, facts, isAwaited });
    this.#lowered = new LoweredPictures({ clock, facts, viewers: () => meetings.all() });
    this.warm = new WarmTracks({ meetings, routes, clock, logger, draining });
    const { recordingStore: store, mostRecordedTracks: mostTracks, newId } = options;
    this.recordings = new Recordings({ edgeId, meetings, routes, store, mostTracks, clock, logger, newId, draining });
    this.links = new LinkServer(edgeId, meetings, clock, logger, options.linkLingerMs);
    this.inspection = new Inspection(edgeId, bootId, meetings, routes);
    routes.changes.on('changed', (table) => meetings.get(table.meetingId)?.tracks.followRoutes());
  }

  get draining(): boolean {
    return this.#lifecycle.state !== 'ready';
  }

  /** Whether somebody is served here: participants, children, or a request under way. */
  get occupied(): boolean {
    return [...this.meetings.all()].some(
      ({ sessions, childLinks, pins }) => sessions.size + childLinks.size + pins > 0,
    );
  }

  /** While draining, no new session is taken; those that are here stay. Throws SHUTTING_DOWN when it is too late to go back. */
  setDraining(draining: boolean): void {
    if (draining) this.warm.close();
    if (this.#lifecycle.state !== 'leaving') this.#lifecycle.to(draining ? 'draining' : 'ready');
    else if (!draining) throw new CanopyError('SHUTTING_DOWN', 'The edge is shutting down.');
  }

  /** Drains for good: the process is about to exit. */
  leave(): void {
    this.warm.close();
    this.#lifecycle.to('leaving');
  }

  /** Returns what ends the subscription. */
  onStateChange(listener: () => void): () => void {
    return this.#lifecycle.onChange(listener);
  }

  /** Ends everything a meeting has here. */
  closeMeeting(meetingId: string): void {
    this.routes.forget(meetingId);
    this.meetings.get(meetingId)?.close();
  }

  /** Forgets what belongs to meetings long over. */
  sweep(): void {
    this.routes.sweep((meetingId) => this.meetings.get(meetingId) !== undefined);
  }

  close(): void {
    this.recordings.close();
    this.#lowered.close();
    this.#neededLayers.close();
    this.warm.close();
    this.#lifecycle.to('stopped');
    this.routes.close();
    this.meetings.close();
    this.#dropped.close();
  }

  #createMeeting(meetingId: string, onIdle: () => void): Meeting {
    const { edgeId, workers, spreadThreshold, neighbours, clock, facts, newId, random, onPulled, onFailover } =
      this.#options;
    const logger = this.#options.logger.child({ meetingId });
    const routers = new MeetingRouters(workers, spreadThreshold);
    const pipes = new LocalPipes(routers);
    const parentLinks = new ParentLinks({
      edgeId,
      meetingId,
      neighbours,
      clock,
      logger,
      routers,
      newId,
      onLost: (linkLost) => facts.publish({ linkLost }),
      onClosed: onIdle,
    });
    const upstream = { meetingId, routes: this.routes, links: parentLinks, onPulled };
    const tracks = new Tracks({
      edgeId,
      pipes,
      clock,
      logger,
      random,
      onFailover,
      lingerMs: this.#options.linkLingerMs,
      upstreamFor: (trackId, originEdgeId) => new RoutedUpstream(trackId, originEdgeId, upstream),
      onDropped: (trackId) => this.#dropped.tell({ meetingId, trackId }),
      onClosed: onIdle,
    });
    const translations = new Translations(pipes);
    const speakers = new Speakers((worker, trackId) =>
      facts.publish({ speakerChanged: { meetingId, worker, trackId } }),
    );
    const hushing = new Hushing({ places: this.#options.linkSpeakers, clock, logger });
    return new Meeting(meetingId, { routers, tracks, translations, speakers, hushing, parentLinks });
  }
}
