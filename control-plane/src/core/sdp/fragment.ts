import type { IceCandidate, IceParameters } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import { parse, write } from 'sdp-transform';
import { candidateLine } from './answer.ts';

/** The client's username fragment in a fragment (RFC 8840 §9): another one than before asks for an ICE restart. Errors: SDP_INVALID. */
export function usernameFragmentIn(fragment: string): string {
  const { iceUfrag, icePwd, media } = parse(fragment);
  const [first] = media;
  const usernameFragment = iceUfrag ?? first?.iceUfrag;
  if (usernameFragment === undefined || (icePwd ?? first?.icePwd) === undefined) {
    throw new CanopyError('SDP_INVALID', 'The fragment has no ICE credentials.');
  }
  return String(usernameFragment);
}

/** The answer to an ICE restart (RFC 9725 §4.3.3). */
export function writeFragment(mid: string, ice: IceParameters, candidates: readonly IceCandidate[]): string {
  const attributes = write({
    version: 0,
    origin: { username: '-', sessionId: 0, sessionVersion: 0, netType: 'IN', ipVer: 4, address: '0.0.0.0' },
    name: '-',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    iceUfrag: ice.usernameFragment,
    icePwd: ice.password,
    media: [
      {
        type: 'audio',
        port: 9,
        protocol: 'UDP/TLS/RTP/SAVPF',
        payloads: '0',
        mid,
        candidates: candidates.map(candidateLine),
        endOfCandidates: 'end-of-candidates',
        rtp: [],
        fmtp: [],
      },
    ],
  });
  // A fragment has attributes and m-lines only.
  return attributes.replace(/^[vosct]=.*\r\n/gm, '');
}
