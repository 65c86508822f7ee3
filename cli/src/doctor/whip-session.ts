import type { Door } from './doors.ts';
import { type IceCredentials, isPort } from './stun.ts';
import { type Relay, readRelays } from './turn.ts';

/** Where an edge takes media, and what opens it. */
export interface MediaDoor extends IceCredentials, AsyncDisposable {
  candidates: readonly Door[];
  /** Those beside its edge. */
  relays: readonly Relay[];
}

/** One Opus track that never comes. */
const offer = [
  'v=0',
  'o=- 1 1 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=sendonly',
  'a=setup:actpass',
  'a=ice-ufrag:doct',
  'a=ice-pwd:doctordoctordoctordoctor',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=msid:doctor doctor',
  'a=ssrc:4242 cname:doctor',
  '',
].join('\r\n');

const patienceMs = 10_000;

/** Opens a session by WHIP: the answer of the edge says where its media port is. Closing it ends the session. */
export async function openMediaDoor(url: string, token: string): Promise<MediaDoor> {
  const headers = { authorization: `Bearer ${token}` };
  const call = (method: string, path: string, body?: string) =>
    fetch(new URL(path, url), {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/sdp' },
      signal: AbortSignal.timeout(patienceMs),
      ...(body === undefined ? {} : { body }),
    });
  const response = await call('POST', '/v1/whip', offer);
  const answer = await response.text();
  if (!response.ok) throw new Error(`the control plane refuses a session: ${answer}`);
  const location = response.headers.get('location') ?? '';
  return {
    ...readAnswer(answer),
    relays: readRelays(response.headers.get('link') ?? ''),
    async [Symbol.asyncDispose]() {
      await call('DELETE', location);
    },
  };
}

/** What an SDP answer says of ICE (RFC 8839). */
export function readAnswer(answer: string): Pick<MediaDoor, 'usernameFragment' | 'password' | 'candidates'> {
  const value = (name: string) => new RegExp(`^a=${name}:(\\S+)`, 'm').exec(answer)?.[1] ?? '';
  const lines = answer.matchAll(/^a=candidate:\S+ 1 (udp|tcp) \d+ (\S+) (\d+) typ host/gim);
  const candidates = [...lines].map(([, protocol = '', address = '', port = '']) => ({
    protocol: protocol.toLowerCase() === 'udp' ? ('udp' as const) : ('tcp' as const),
    address,
    port: Number(port),
  }));
  return {
    usernameFragment: value('ice-ufrag'),
    password: value('ice-pwd'),
    candidates: candidates.filter(({ port }) => isPort(port)),
  };
}
