import type { ConsumerParameters, DtlsParameters, TransportParameters } from '@canopy/proto/media';
import { TrackKind } from '@canopy/proto/media';
import { Audio, PeerConnection, type Track, Video } from 'node-datachannel';

/** One media section: its streams are known in advance where we send, and from the answer where we receive. */
export interface MediaSection {
  kind: TrackKind;
  payloadType: number;
  ssrcs: readonly number[];
}

/** PEM files. */
export interface PeerCertificate {
  certFile: string;
  keyFile: string;
}

/** A real peer of an edge (ICE, DTLS and SRTP) that sends or receives the RTP packets it is given, without codecs. */
export class Peer {
  readonly #connection: PeerConnection;
  readonly #direction: 'SendOnly' | 'RecvOnly';
  readonly #tracks: Track[] = [];
  readonly #sections: MediaSection[] = [];
  readonly #connected = Promise.withResolvers<void>();
  #state: 'new' | 'connected' | 'ended' | 'closed' = 'new';
  #onEnd = () => {};
  #transport: TransportParameters | undefined;

  /** Who has several peers, one after the other, gives all of them the same certificate: edges know it from the join. */
  constructor(name: string, direction: 'SendOnly' | 'RecvOnly', certificate?: PeerCertificate) {
    this.#direction = direction;
    this.#connection = new PeerConnection(name, {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
      forceMediaTransport: true,
      ...(certificate && { certificatePemFile: certificate.certFile, keyPemFile: certificate.keyFile }),
    });
    this.#connection.onStateChange((state) => {
      if (state === 'connected') this.#connect();
      if (state === 'failed' || state === 'closed') this.#end(state);
    });
    // Nobody waits for one that is closed before it connects.
    this.#connected.promise.catch(() => undefined);
  }

  get connected(): boolean {
    return this.#state === 'connected';
  }

  /** The connection failed, or the other side closed it. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
  }

  add(section: MediaSection): Track {
    const mid = String(this.#sections.length);
    const media = section.kind === TrackKind.AUDIO ? new Audio(mid, this.#direction) : new Video(mid, this.#direction);
    if (media instanceof Audio) media.addOpusCodec(section.payloadType);
    else media.addVP8Codec(section.payloadType);
    for (const ssrc of section.ssrcs) media.addSSRC(ssrc, 'bench');
    const track = this.#connection.addTrack(media);
    this.#tracks.push(track);
    this.#sections.push(section);
    return track;
  }

  /** After every section was added. What `join` announces. */
  offer(): DtlsParameters {
    this.#connection.setLocalDescription('offer');
    const value = /^a=fingerprint:sha-256 (\S+)/m.exec(this.#connection.localDescription()?.sdp ?? '')?.[1];
    if (value === undefined) throw new Error('no fingerprint in the offer');
    return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] };
  }

  /** Connects to the edge's transport. `consumers` are what a receiver gets, one for each section of their kind. */
  async connect(transport: TransportParameters, consumers: readonly ConsumerParameters[] = []): Promise<void> {
    this.#transport = transport;
    this.#answer(transport, consumers);
    await this.#connected.promise;
  }

  /** A connected receiver gets these from now on. */
  receive(consumers: readonly ConsumerParameters[]): void {
    if (this.#transport === undefined) throw new Error('the peer was not connected');
    this.#connection.setLocalDescription('offer');
    this.#answer(this.#transport, consumers);
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#connected.reject(new Error('the peer connection was closed'));
    for (const track of this.#tracks) track.close();
    this.#connection.close();
  }

  #answer(transport: TransportParameters, consumers: readonly ConsumerParameters[]): void {
    this.#connection.setRemoteDescription(answer(transport, this.#sections, this.#direction, consumers), 'answer');
  }

  #connect(): void {
    if (this.#state !== 'new') return;
    this.#state = 'connected';
    this.#connected.resolve();
  }

  #end(state: 'failed' | 'closed'): void {
    if (this.#state === 'ended' || this.#state === 'closed') return;
    this.#state = 'ended';
    this.#connected.reject(new Error(`the peer connection is ${state}`));
    this.#onEnd();
  }
}

/** The edge's side as an SDP answer (RFC 8829): ICE lite, DTLS server, everything on one transport. */
function answer(
  transport: TransportParameters,
  sections: readonly MediaSection[],
  direction: 'SendOnly' | 'RecvOnly',
  consumers: readonly ConsumerParameters[],
): string {
  const { iceParameters, dtlsParameters, iceCandidates } = transport;
  const fingerprint = dtlsParameters?.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  const shared = [
    'c=IN IP4 127.0.0.1',
    'a=rtcp-mux',
    `a=ice-ufrag:${iceParameters?.usernameFragment}`,
    `a=ice-pwd:${iceParameters?.password}`,
    'a=setup:passive',
    `a=fingerprint:sha-256 ${fingerprint?.value}`,
    `a=${direction === 'SendOnly' ? 'recvonly' : 'sendonly'}`,
    ...iceCandidates
      .filter(({ protocol }) => protocol === 'udp')
      .map((c) => `a=candidate:${c.foundation} 1 udp ${c.priority} ${c.address} ${c.port} typ ${c.type}`),
    'a=end-of-candidates',
  ];
  const media = sections.flatMap(({ kind, payloadType }, mid) => {
    const audio = kind === TrackKind.AUDIO;
    const sent = consumers.filter((consumer) => consumer.kind === kind);
    return [
      `m=${audio ? 'audio' : 'video'} 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
      `a=mid:${mid}`,
      `a=rtpmap:${payloadType} ${audio ? 'opus/48000/2' : 'VP8/90000'}`,
      ...sent.flatMap(ssrcsOf).map((ssrc) => `a=ssrc:${ssrc} cname:edge`),
      ...shared,
    ];
  });
  const bundle = `a=group:BUNDLE ${sections.map((_, mid) => mid).join(' ')}`;
  const session = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=ice-lite', bundle];
  return [...session, ...media, ''].join('\r\n');
}

function ssrcsOf({ rtpParameters }: ConsumerParameters): number[] {
  return (rtpParameters?.encodings ?? []).flatMap(({ ssrc }) => (ssrc === undefined ? [] : [ssrc]));
}
