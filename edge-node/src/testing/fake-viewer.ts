import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { SetSubscriptionsResponse, TrackTarget } from '@canopy/proto/edge_media';
import { type ConsumerParameters, TrackKind } from '@canopy/proto/media';
import { CanopyError, isErrorCode } from '@canopy/runtime/errors';
import { receivesAs, receivesEverything } from './capabilities.ts';
import type { EdgeClient } from './edge-client.ts';
import { isRtcp, receiverReport } from './rtp.ts';

export interface FakeViewerOptions {
  client: EdgeClient;
  meetingId: string;
  participantId: string;
  acceptsBackupConsumers?: boolean;
  /** It made the offer, and takes these payload types, by the name of the codec; default: those of the mesh. */
  chose?: Readonly<Record<string, number>>;
  /** A video to receive from the start, as whoever joins does. */
  watches?: { originEdgeId: string; trackId: string };
}

/** An edge gives each attempt 2.5 s. */
const mostAgain = 5;

/** Receives tracks over plain UDP and counts their packets. */
export class FakeViewer implements AsyncDisposable {
  readonly #options: FakeViewerOptions;
  readonly #socket: Socket;
  readonly #packets = new Map<number, number>();
  readonly #waiting = new Set<() => void>();
  #onRtp: (ssrc: number, packet: Buffer) => void = () => {};

  /** Throws with the edge's code when it can't have what it is to receive from the start. */
  static async start(options: FakeViewerOptions): Promise<FakeViewer> {
    const { client, watches, chose, ...ids } = options;
    const targets = watches === undefined ? [] : [target(watches.trackId, watches.originEdgeId, TrackKind.VIDEO, 720)];
    const { receiveTransport, refused } = await client.openSession({
      ...ids,
      rtpCapabilities: chose === undefined ? receivesEverything : receivesAs(chose),
      chosePayloadTypes: chose !== undefined,
      canPublish: false,
      targets,
    });
    if (refused[0] !== undefined) throw refusal(refused[0].code);
    const candidate = receiveTransport?.iceCandidates[0];
    if (candidate === undefined) throw new Error('the edge gave no address to receive from');
    const socket = createSocket('udp4');
    socket.connect(candidate.port, candidate.address);
    await once(socket, 'connect');
    socket.send(receiverReport(1));
    return new FakeViewer(options, socket);
  }

  private constructor(options: FakeViewerOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    socket.on('message', (packet) => this.#receive(packet));
    socket.on('error', () => undefined);
  }

  /**
   * Asks for exactly these tracks of an origin, in tiles of that height, resumes what is new, and returns the edge's answer. What
   * took too long, as it may on a busy machine, is asked for again, as clients do.
   */
  async watch(...asked: Parameters<FakeViewer['watchOnce']>): Promise<SetSubscriptionsResponse> {
    let answer = await this.watchOnce(...asked);
    for (let again = 0; again < mostAgain && answer.refused.some(({ code }) => code === 'TIMEOUT'); again++) {
      const { added, removedConsumerIds, refused } = await this.watchOnce(...asked);
      answer = {
        added: [...answer.added, ...added],
        removedConsumerIds: [...answer.removedConsumerIds, ...removedConsumerIds],
        refused,
      };
    }
    return answer;
  }

  /** The same, but that nothing is asked for again. */
  async watchOnce(
    originEdgeId: string,
    trackIds: readonly string[],
    kind: TrackKind = TrackKind.VIDEO,
    height = 720,
  ): Promise<SetSubscriptionsResponse> {
    const { client, meetingId, participantId } = this.#options;
    const answer = await client.setSubscriptions({
      meetingId,
      participantId,
      targets: trackIds.map((trackId) => target(trackId, originEdgeId, kind, height)),
    });
    const consumerIds = answer.added.map(({ consumerId }) => consumerId);
    await client.resumeConsumers({ meetingId, participantId, consumerIds });
    return answer;
  }

  /** Hears of every media packet. */
  onRtp(listener: (ssrc: number, packet: Buffer) => void): void {
    this.#onRtp = listener;
  }

  /** Sends an RTCP packet to the edge. */
  send(packet: Buffer): void {
    this.#socket.send(packet);
  }

  /** Packets of a consumer received so far. */
  packets(consumer: ConsumerParameters | undefined): number {
    return this.#packets.get(ssrcOf(consumer)) ?? 0;
  }

  /** Resolves when that many more packets of a consumer have arrived. */
  async receives(consumer: ConsumerParameters | undefined, count: number): Promise<void> {
    const wanted = this.packets(consumer) + count;
    while (this.packets(consumer) < wanted) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  async leave(): Promise<void> {
    const { client, meetingId, participantId } = this.#options;
    await client.closeSession({ meetingId, participantId });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
  }

  #receive(packet: Buffer): void {
    if (isRtcp(packet)) return;
    const ssrc = packet.readUInt32BE(8);
    this.#packets.set(ssrc, (this.#packets.get(ssrc) ?? 0) + 1);
    this.#onRtp(ssrc, packet);
    for (const resume of this.#waiting) resume();
    this.#waiting.clear();
  }
}

function refusal(code: string): CanopyError {
  return new CanopyError(isErrorCode(code) ? code : 'INTERNAL', `the track was refused: ${code}`);
}

function target(trackId: string, originEdgeId: string, kind: TrackKind, height: number): TrackTarget {
  return { want: { trackId, width: (height * 16) / 9, height, priority: 1 }, originEdgeId, kind };
}

function ssrcOf(consumer: ConsumerParameters | undefined): number {
  const ssrc = consumer?.rtpParameters?.encodings[0]?.ssrc;
  if (ssrc === undefined) throw new Error('no consumer to count');
  return ssrc;
}
