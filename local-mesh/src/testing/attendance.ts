/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { TrackSource } from '@canopy/client';
import type { Browser, Page } from 'playwright-core';

/** What one participant's browser receives of one track. */
export interface Reception {
  trackId: string;
  participantId: string;
  kind: 'audio' | 'video';
  source: TrackSource;
  /** Another one: the track was negotiated anew. */
  ssrc: number;
  /** Video only. */
  framesDecoded: number;
  /** Of the picture decoded last, in lines; video only. */
  frameHeight: number;
  packetsReceived: number;
  /** Without headers. */
  bytesReceived: number;
}

/** What tests read of the meeting object that the app shows to pages opened with `?debug`. */
interface DebugMeeting {
  view: {
    media: 'connecting' | 'connected' | 'interrupted';
    self: {
      participantId: string;
      edge: { id: string };
      /** By source. */
      published: ReadonlyMap<string, { muted: boolean }>;
    };
    participants: ReadonlyMap<string, { id: string; edgeId: string }>;
    tracks: ReadonlyMap<string, { id: string; participantId: string; source: TrackSource }>;
    received: ReadonlyMap<string, MediaStreamTrack>;
  };
  setSubscriptions(wants: readonly { trackId: string; width: number; height: number; priority: number }[]): void;
  trackPath(trackId: string): Promise<{ id: string }[]>;
  getStats(): Promise<{ receive: RTCStatsReport }>;
}

declare global {
  interface Window {
    canopy?: DebugMeeting;
    /** All that the page made, whatever became of them: while a participant moves, media comes over two. */
    connections: RTCPeerConnection[];
    /** What came so far of each track that is shown. */
    receptions(): Promise<Reception[]>;
  }
}

export interface AttendanceOptions {
  smallCamera?: boolean;
  role?: 'panelist' | 'attendee';
  /** Of a meeting that is encrypted end to end. */
  encryptionKey?: string;
  /** Before anything is loaded. */
  prepare?: (page: Page) => Promise<void>;
}

/** For a step of a page on a busy machine: less than a test may take, so that it is known what hung. */
const patienceMs = 120_000;

/** Somebody who attends a meeting through the web app, in a browser context of their own. */
export class Attendance implements AsyncDisposable {
  readonly page: Page;
  readonly name: string;

  private constructor(page: Page, name: string) {
    this.page = page;
    this.name = name;
  }

  /** Opens the meeting's page and joins as a person would. `region` is where the person says they are. A small camera spares the machine: it sends one layer instead of three. */
  static async join(
    browser: Browser,
    url: string,
    meetingId: string,
    name: string,
    region: string,
    { smallCamera = false, role = 'panelist', encryptionKey, prepare }: AttendanceOptions = {},
  ): Promise<Attendance> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    context.setDefaultTimeout(patienceMs);
    const page = await context.newPage();
    await page.addInitScript(keepConnections);
    await page.addInitScript(tellReceptions);
    if (smallCamera) await page.addInitScript(useCamera, smallPicture);
    await prepare?.(page);
    const secret = encryptionKey === undefined ? '' : `#key=${encryptionKey}`;
    await page.goto(`${url}/m/${meetingId}?role=${role}&debug&from=${region}${secret}`);
    await page.getByTestId('join-name').fill(name);
    await page.getByTestId('join-button').click();
    await page.waitForFunction(() => window.canopy !== undefined);
    return new Attendance(page, name);
  }

  /** Who this participant is, and the edge they were placed on. */
  self(): Promise<{ participantId: string; edge: { id: string } }> {
    return this.page.evaluate(() => {
      if (window.canopy === undefined) throw new Error('not in a meeting');
      const { participantId, edge } = window.canopy.view.self;
      return { participantId, edge };
    });
  }

  async edgeId(): Promise<string> {
    return (await this.self()).edge.id;
  }

  /** Resolves when at least `count` tracks of the kind arrive and every one of them is decoded further than in `since`. */
  async receives(kind: 'audio' | 'video', count: number, since: readonly Reception[] = []): Promise<Reception[]> {
    for (;;) {
      const all = (await this.receptions()).filter((reception) => reception.kind === kind);
      const grown = all.filter((reception) => progress(reception) > progressBefore(reception, since));
      if (grown.length >= count) return grown;
      await this.page.waitForTimeout(100);
    }
  }

  /** Resolves when pictures are decoded that come as another stream than any in `since`. */
  async receivesAnew(since: readonly Reception[]): Promise<void> {
    const old = new Set(since.map(({ ssrc }) => ssrc));
    while (!(await this.receives('video', 1)).some(({ ssrc }) => !old.has(ssrc))) await this.page.waitForTimeout(20);
  }

  receptions(): Promise<Reception[]> {
    return this.page.evaluate(() => window.receptions());
  }

  /** The way by which media comes in: the kinds of both candidates, and what leads to a relay if there is one. */
  way(): Promise<{ from: string; relayedOver: string | undefined; to: string }> {
    return this.page.evaluate(async () => {
      const stats = new Map(await window.canopy?.getStats().then(({ receive }) => [...receive.entries()]));
      const transport = [...stats.values()].find(({ type }) => type === 'transport');
      const { localCandidateId, remoteCandidateId } = stats.get(transport?.selectedCandidatePairId);
      const { candidateType: from, relayProtocol: relayedOver } = stats.get(localCandidateId);
      return { from, relayedOver, to: stats.get(remoteCandidateId).protocol };
    });
  }

  /** Resolves when the SDK says that media came to a halt. */
  async isInterrupted(): Promise<void> {
    await this.page.waitForFunction(() => window.canopy?.view.media === 'interrupted');
  }

  get participantId(): Promise<string> {
    return this.self().then(({ participantId }) => participantId);
  }

  /** Ids of everybody there, sorted. */
  get roster(): Promise<string[]> {
    return this.page.evaluate(() => [...(window.canopy?.view.participants.keys() ?? [])].sort());
  }

  /** The edges that this track crosses to get here. */
  path(trackId: string): Promise<string[]> {
    return this.page.evaluate(
      async (id) => ((await window.canopy?.trackPath(id)) ?? []).map((edge) => edge.id),
      trackId,
    );
  }

  async leave(): Promise<void> {
    await this.page.getByTestId('leave-button').click();
    await this.page.waitForFunction(() => window.canopy === undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }
}

/** Runs in the page, before its own scripts: what it connects with can be looked at in `window.connections`. */
export function keepConnections(): void {
  const Connection = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      window.connections.push(this);
    }
  };
}

/** Runs in the page, before its own scripts. */
function tellReceptions(): void {
  window.receptions = async () => {
    const meeting = window.canopy;
    if (meeting === undefined) return [];
    const receiving = window.connections.filter(
      (connection) =>
        connection.connectionState !== 'closed' &&
        connection.getTransceivers().some(({ currentDirection }) => currentDirection === 'recvonly'),
    );
    const reports = await Promise.all(receiving.map((connection) => connection.getStats()));
    const stats = reports.flatMap((report) => [...report.values()].filter(({ type }) => type === 'inbound-rtp'));
    return [...meeting.view.received].flatMap(([trackId, media]) => {
      const track = meeting.view.tracks.get(trackId);
      const own = stats.find((each) => each.trackIdentifier === media.id);
      if (track === undefined || own === undefined) return [];
      const { kind, ssrc, framesDecoded = 0, frameHeight = 0, packetsReceived = 0, bytesReceived = 0 } = own;
      const counted = { framesDecoded, frameHeight, packetsReceived, bytesReceived };
      return [{ trackId, participantId: track.participantId, kind, source: track.source, ssrc, ...counted }];
    });
  };
}

/** To encode pictures is most of the work. */
export const smallPicture = { width: 320, height: 180 };

/** Runs in the page, before its own scripts: its camera gives pictures of that size. */
export function useCamera(size: { width: number; height: number }): void {
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = (constraints) =>
    open(constraints?.video ? { ...constraints, video: { ...size, frameRate: 30 } } : constraints);
}

function progress({ kind, framesDecoded, packetsReceived }: Reception): number {
  return kind === 'video' ? framesDecoded : packetsReceived;
}

function progressBefore(reception: Reception, since: readonly Reception[]): number {
  const before = since.find(({ trackId }) => trackId === reception.trackId);
  return before === undefined ? 0 : progress(before);
}
