import { createHash } from 'node:crypto';
import { messageOf } from '@canopy/runtime/message-of';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';
import { attributesOf, isPort, refusalOf, type StunAttribute, stunRequest } from './stun.ts';
import { overTcp, overUdp, type StunPath } from './stun-path.ts';

/** A relay as an edge hands it to clients. */
export interface Relay {
  /** Such as turn:fra-1.example.org:3478?transport=udp */
  url: string;
  username: string;
  credential: string;
}

interface RelayAddress {
  host: string;
  port: number;
  transport: 'udp' | 'tcp' | 'tls';
}

const methods = { allocate: 0x0003, refresh: 0x0004 };
const types = { username: 0x0006, lifetime: 0x000d, realm: 0x0014, nonce: 0x0015, requestedTransport: 0x0019 };
const requestedUdp: StunAttribute = [types.requestedTransport, Buffer.from([17, 0, 0, 0])];
const atOnce: StunAttribute = [types.lifetime, Buffer.alloc(4)];
const full = [486, 508];

/** Whether the relays of an edge answer from here, each by its URL, and let in whom the edge sends. */
export async function checkRelays(check: string, relays: readonly Relay[]): Promise<Finding[]> {
  if (relays.length === 0) return [skipped(check, 'its edge has no relay: who reaches no media port stays outside')];
  return await Promise.all(relays.map((relay) => checkRelay(check, relay)));
}

async function checkRelay(check: string, relay: Relay): Promise<Finding> {
  const address = parseRelayUrl(relay.url);
  if (address === undefined) return failed(check, `${relay.url} is no URL of a relay`, 'Correct EDGE_TURN_URLS.');
  const { host, port, transport } = address;
  const name = `${check} ${transport}`;
  const where = `${host}:${port}`;
  const open = `Open ${transport === 'udp' ? 'UDP' : 'TCP'} ${port} to the host of the relay, and see that coturn runs there with a good certificate.`;
  try {
    using path = transport === 'udp' ? overUdp(host, port) : await overTcp(host, port, transport === 'tls');
    const refusal = await askForRelay(path, relay);
    if (refusal === 0) return ok(name, `${where} relays`);
    if (refusal === undefined) return warning(name, `${where} does not answer`, open);
    return refused(name, where, refusal);
  } catch (error) {
    return warning(name, `${where} can not be reached: ${messageOf(error)}`, open);
  }
}

function refused(name: string, where: string, code: number): Finding {
  if (full.includes(code))
    return warning(name, `${where} has no relay left (${code})`, 'Give it a wider range of ports, or start an edge.');
  const advice = 'Give coturn and its edge the same secret (static-auth-secret, EDGE_TURN_SECRET).';
  return failed(name, `${where} refuses whom its edge sends (${code})`, advice);
}

/** Asks for a relay as a client does, and gives it back (RFC 8656 §7): 0, or by what code it was refused; undefined: no answer. */
async function askForRelay(path: StunPath, { username, credential }: Relay): Promise<number | undefined> {
  const challenge = await path.ask(stunRequest(methods.allocate, [requestedUdp], undefined));
  if (challenge === undefined) return undefined;
  const asked = attributesOf(challenge);
  const [realm, nonce] = [asked.get(types.realm), asked.get(types.nonce)];
  if (realm === undefined || nonce === undefined) return refusalOf(asked);
  const key = createHash('md5').update(`${username}:${realm.toString()}:${credential}`).digest();
  const who: StunAttribute[] = [
    [types.username, Buffer.from(username)],
    [types.realm, realm],
    [types.nonce, nonce],
  ];
  const answer = await path.ask(stunRequest(methods.allocate, [requestedUdp, ...who], key));
  if (answer === undefined) return undefined;
  const refusal = refusalOf(attributesOf(answer));
  if (refusal === 0) await path.ask(stunRequest(methods.refresh, [atOnce, ...who], key));
  return refusal;
}

/** Host, port and transport of a URL (RFC 7065); undefined where it is none. DTLS is offered by no edge. */
export function parseRelayUrl(url: string): RelayAddress | undefined {
  const found = /^(turns?):(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i.exec(url);
  if (found === null) return undefined;
  const [, scheme = '', six, name = '', given, transport = 'udp'] = found;
  const host = six ?? name;
  const secure = scheme.toLowerCase() === 'turns';
  const port = Number(given ?? (secure ? 5349 : 3478));
  if (!isPort(port)) return undefined;
  if (secure) return { host, port, transport: 'tls' };
  return { host, port, transport: transport.toLowerCase() === 'tcp' ? 'tcp' : 'udp' };
}

/** The relays in the `Link` headers of an answer (RFC 9725 §4.6). */
export function readRelays(link: string): Relay[] {
  const links = link.matchAll(/<(turns?:[^>]+)>; rel="ice-server"; username="([^"]*)"; credential="([^"]*)"/g);
  return [...links].map(([, url = '', username = '', credential = '']) => ({ url, username, credential }));
}
