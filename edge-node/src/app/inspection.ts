import type { EdgeState, LinkState, LinkTrack, SessionState } from '@canopy/proto/edge_media';
import { CanopyError } from '@canopy/runtime/errors';
import { hasSeparateLayers } from '../core/cascade/lanes.ts';
import { together } from '../core/load/arrival.ts';
import type { RouteStore } from './cascade/route-store.ts';
import type { TrackFeed } from './cascade/track-feed.ts';
import type { PulledTrack } from './cascade/tracks.ts';
import type { Meeting } from './meeting/meeting.ts';
import type { Meetings } from './meeting/meetings.ts';

/** Numbers of what is on this edge now. */
export interface EdgeCounts {
  meetings: number;
  sessions: number;
  publishedTracks: number;
  pulledTracks: number;
  parentLinks: number;
  childLinks: number;
  /** Viewers and children that hold tracks, each counted for each of them. */
  demand: number;
  /** Pulled tracks that are hushed at their origin. */
  hushedTracks: number;
  /** Simulcast layers of pulled tracks: those their parents are asked for, and all they have. */
  layersCarried: number;
  layersTotal: number;
}

/** What comes from one parent. */
export interface LinkUsage {
  parentId: string;
  /** bit/s. */
  bps: number;
  tracks: number;
  /** Simulcast layers carried. */
  layers: number;
  /** Share of packets that did not come at first, 0 to 1. */
  lossRatio: number;
}

/** Answers what is on this edge. */
export class Inspection {
  readonly #edgeId: string;
  readonly #bootId: string;
  readonly #meetings: Meetings;
  readonly #routes: RouteStore;

  constructor(edgeId: string, bootId: string, meetings: Meetings, routes: RouteStore) {
    this.#edgeId = edgeId;
    this.#bootId = bootId;
    this.#meetings = meetings;
    this.#routes = routes;
  }

  /** The state of one meeting, or of all (''); with or without its sessions. */
  async state(meetingId: string, withSessions: boolean): Promise<EdgeState> {
    const meetings = [...this.#meetings.all()].filter((meeting) => meetingId === '' || meeting.id === meetingId);
    const links = await Promise.all(meetings.map((meeting) => this.#links(meeting)));
    const sessions = withSessions ? meetings.flatMap(sessionsOf) : [];
    return { edgeId: this.#edgeId, bootId: this.#bootId, links: links.flat(), sessions };
  }

  /** The edges a track crosses to reach this one, origin first. Throws TRACK_NOT_FOUND. */
  path(meetingId: string, trackId: string): string[] {
    const feed = this.#meetings.get(meetingId)?.tracks.get(trackId)?.feed;
    if (feed === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    return [...feed.pathFromOrigin];
  }

  /** Participants on this edge. */
  get sessions(): number {
    return [...this.#meetings.all()].reduce((total, { sessions }) => total + sessions.size, 0);
  }

  counts(): EdgeCounts {
    const meetings = [...this.#meetings.all()];
    const sum = (count: (meeting: Meeting) => number) => meetings.reduce((total, meeting) => total + count(meeting), 0);
    const sumLayers = (read: (layers: CarriedLayers) => number) =>
      sum(({ tracks }) => tracks.pulled().reduce((total, { feed }) => total + read(carriedLayers(feed)), 0));
    const pulledTracks = sum(({ tracks }) => new Set(tracks.pulled().map(({ track }) => track)).size);
    return {
      meetings: meetings.length,
      sessions: this.sessions,
      publishedTracks: sum(({ tracks }) => tracks.publishedHere),
      pulledTracks,
      parentLinks: sum((meeting) => meeting.parentLinks.size),
      childLinks: sum((meeting) => meeting.childLinks.size),
      demand: sum(({ tracks }) => [...tracks.all()].reduce((total, { demand }) => total + demand, 0)),
      hushedTracks: sum(
        ({ tracks }) => [...tracks.all()].filter(({ feed }) => feed?.parentId !== undefined && feed.hushed).length,
      ),
      layersCarried: sumLayers(({ layers }) => layers),
      layersTotal: sumLayers(({ layersTotal }) => layersTotal),
    };
  }

  /** What comes over links now, by parent; of all meetings together. */
  async linkUsage(): Promise<LinkUsage[]> {
    const meetings = [...this.#meetings.all()];
    const received = (await Promise.all(meetings.map(({ parentLinks }) => parentLinks.receivedBps()))).flat();
    const pulled = meetings.flatMap(({ tracks }) => tracks.pulled());
    const parentIds = new Set([...received.map(([parentId]) => parentId), ...pulled.map(({ parentId }) => parentId)]);
    const usage = [...parentIds].map(async (parentId) => {
      const tracks = pulled.filter((track) => track.parentId === parentId);
      const layers = tracks.reduce((sum, { feed }) => sum + carriedLayers(feed).layers, 0);
      const bps = received.reduce((sum, [id, each]) => sum + (id === parentId ? each : 0), 0);
      const { lossRatio } = together(await Promise.all(tracks.map(({ feed }) => feed.producer.arrival())));
      return { parentId, bps, tracks: tracks.length, layers, lossRatio };
    });
    return Promise.all(usage);
  }

  async #links(meeting: Meeting): Promise<LinkState[]> {
    const byParent = Map.groupBy(meeting.tracks.pulled(), ({ parentId }) => parentId);
    return Promise.all(
      [...byParent].map(async ([parentEdgeId, pulled]) => ({
        meetingId: meeting.id,
        parentEdgeId,
        childEdgeId: this.#edgeId,
        tracks: await Promise.all(pulled.map(linkTrack)),
        epoch: this.#routes.epochOf(meeting.id),
      })),
    );
  }
}

async function linkTrack({ track, feed }: PulledTrack): Promise<LinkTrack> {
  const { id: trackId, originEdgeId } = track;
  const { kind, producer } = feed;
  return { trackId, originEdgeId, kind, bitrateBps: await producer.bitrateBps(), ...carriedLayers(feed) };
}

type CarriedLayers = Pick<LinkTrack, 'layers' | 'layersTotal'>;

function carriedLayers({ producer, layers, heldBack, hushed }: TrackFeed): CarriedLayers {
  const layersTotal = hasSeparateLayers(producer) ? producer.layers.spatial : 1;
  return { layers: heldBack || hushed ? 0 : Math.min(layers, layersTotal), layersTotal };
}

function sessionsOf(meeting: Meeting): SessionState[] {
  return [...meeting.sessions.values()].map((session) => ({
    meetingId: meeting.id,
    participantId: session.participantId,
    worker: session.workerIndex,
    consumers: session.subscriptions.size,
    trackIds: [...session.published.keys()],
    connected: session.connected,
    openingId: session.openingId,
  }));
}
