import { type RtpEncoding, type RtpParameters, TrackKind } from '@canopy/proto/media';
import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { type MediaDescription, parseSimulcastStreamList } from 'sdp-transform';
import { acceptedCodecs } from './codecs.ts';
import type { Offer } from './offer.ts';

/** A track that a client is to send. */
export interface SentTrack {
  mid: string;
  kind: TrackKind;
  rtpParameters: RtpParameters;
}

/** Layers of one video that edges take. */
const mostEncodings = 3;

/** What is taken of an offer to send: of each kind the first m-line that sends something the mesh can carry. */
export function sentTracks({ media }: Offer): SentTrack[] {
  const tracks: SentTrack[] = [];
  for (const { mid, bundled, description } of media) {
    const kind = description.type;
    if (kind !== 'audio' && kind !== 'video') continue;
    const { direction = 'sendrecv', port } = description;
    if (!bundled || port === 0 || !direction.startsWith('send')) continue;
    const trackKind = kind === 'audio' ? TrackKind.AUDIO : TrackKind.VIDEO;
    if (tracks.some((track) => track.kind === trackKind)) continue;
    const codecs = acceptedCodecs(kind, description);
    if (codecs.length === 0) continue;
    const rtpParameters = {
      mid,
      codecs,
      headerExtensions: headerExtensions(kind, description),
      encodings: encodings(description, codecs.length > 1),
      rtcp: { cname: cnameOf(description), reducedSize: description.rtcpRsize !== undefined },
    };
    tracks.push({ mid, kind: trackKind, rtpParameters });
  }
  return tracks;
}

function headerExtensions(kind: 'audio' | 'video', { ext = [] }: MediaDescription): RtpParameters['headerExtensions'] {
  const taken = routerRtpCapabilities.headerExtensions.filter(
    (known) => known.kind === kind && (known.direction === 'sendrecv' || known.direction === 'recvonly'),
  );
  return ext
    .filter(({ uri }) => taken.some((known) => known.uri === uri))
    .map(({ uri, value }) => ({ uri, id: value, encrypt: false, parameters: {} }));
}

/** By RID where there is simulcast (RFC 8853), else by SSRC (RFC 5576), else by mid alone. */
function encodings(description: MediaDescription, hasRtx: boolean): RtpEncoding[] {
  const rids = simulcastRids(description);
  if (rids.length > 0) return rids.map((rid) => ({ rid }));
  const { ssrcs = [], ssrcGroups = [] } = description;
  const group = ssrcGroups.find(({ semantics }) => semantics === 'FID')?.ssrcs ?? '';
  const [media, repair] = String(group).split(' ').map(Number);
  const ssrc = media || Number(ssrcs[0]?.id ?? 0);
  if (ssrc === 0) return [{}];
  return [hasRtx && repair !== undefined ? { ssrc, rtxSsrc: repair } : { ssrc }];
}

function simulcastRids({ simulcast }: MediaDescription): string[] {
  if (simulcast === undefined) return [];
  const list = simulcast.dir1 === 'send' ? simulcast.list1 : simulcast.dir2 === 'send' ? simulcast.list2 : undefined;
  if (list === undefined) return [];
  const alternatives = parseSimulcastStreamList(String(list));
  return alternatives
    .flatMap(([stream]) => (stream === undefined ? [] : [String(stream.scid)]))
    .slice(0, mostEncodings);
}

function cnameOf({ ssrcs = [] }: MediaDescription): string {
  return String(ssrcs.find(({ attribute }) => attribute === 'cname')?.value ?? '');
}
