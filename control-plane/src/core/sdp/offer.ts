import type { DtlsParameters, IceParameters } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import { type MediaDescription, parse, type SessionDescription } from 'sdp-transform';
import { isSupportedHash } from './fingerprints.ts';

/** What an offer says, freed of where in the text it says it. */
export interface Offer {
  ice: Pick<IceParameters, 'usernameFragment' | 'password'>;
  /** `role` is the one the client takes. */
  dtls: DtlsParameters;
  /** Every m-line in the order of the offer: an answer has as many. */
  media: OfferedMedia[];
}

export interface OfferedMedia {
  mid: string;
  /** It shares the one transport there is. */
  bundled: boolean;
  description: MediaDescription;
}

const mostMediaLines = 16;

/**
 * Reads an SDP offer (RFC 8866) of a WebRTC client (RFC 9429), which puts everything on one transport (RFC 9143).
 * Errors: SDP_INVALID.
 */
export function readOffer(text: string): Offer {
  const session = parse(text);
  const { media } = session;
  const [first] = media;
  if (first === undefined) throw invalid('The offer has no media.');
  if (media.length > mostMediaLines) throw invalid(`The offer has more than ${mostMediaLines} media.`);
  const bundle = session.groups?.find(({ type }) => type === 'BUNDLE')?.mids;
  const bundled = new Set(String(bundle ?? '').split(' '));
  const offered = media.map((description, index) => ({
    // mids that look like numbers are read as numbers.
    mid: String(description.mid ?? index),
    bundled: bundled.has(String(description.mid)) || media.length === 1,
    description,
  }));
  if (new Set(offered.map(({ mid }) => mid)).size !== offered.length) throw invalid('The offer repeats a mid.');
  return { ice: iceOf(session, first), dtls: dtlsOf(session, first), media: offered };
}

function iceOf(session: SessionDescription, first: MediaDescription): Offer['ice'] {
  const usernameFragment = first.iceUfrag ?? session.iceUfrag;
  const password = first.icePwd ?? session.icePwd;
  if (usernameFragment === undefined || password === undefined) throw invalid('The offer has no ICE credentials.');
  return { usernameFragment: String(usernameFragment), password: String(password) };
}

function dtlsOf(session: SessionDescription, first: MediaDescription): DtlsParameters {
  const fingerprint = first.fingerprint ?? session.fingerprint;
  if (fingerprint === undefined) throw invalid('The offer has no DTLS fingerprint.');
  // Like mids, what looks like a number is read as one.
  const algorithm = String(fingerprint.type).toLowerCase();
  if (!isSupportedHash(algorithm)) throw invalid('The DTLS fingerprint must be SHA-256, SHA-384 or SHA-512.');
  // Who leaves the choice (actpass) takes the active part (RFC 8842 §5.3).
  const role = (first.setup ?? session.setup) === 'passive' ? 'server' : 'client';
  return { role, fingerprints: [{ algorithm, value: String(fingerprint.hash).toUpperCase() }] };
}

function invalid(because: string): CanopyError {
  return new CanopyError('SDP_INVALID', because);
}
