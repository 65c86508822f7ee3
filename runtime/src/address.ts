import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An IP address in one canonical form: IPv4-mapped IPv6 (`::ffff:192.0.2.1`) has become IPv4. */
export interface IpAddress {
  text: string;
  family: 4 | 6;
  /** 4 or 16, network order. */
  bytes: readonly number[];
  /** Global unicast: neither private, loopback, link-local, shared (RFC 6598) nor reserved. */
  global: boolean;
}

/** Undefined for what is no IP address. A zone (`fe80::1%eth0`) is cut off; octal and shortened IPv4 forms are refused. */
export function parseAddress(text: string): IpAddress | undefined {
  const bare = text.split('%', 1)[0] ?? '';
  // Stricter than ipaddr.js, for which an octal number may stand in an IPv4-mapped address.
  if (isIP(bare) === 0) return undefined;
  const address = ipaddr.process(bare);
  return {
    text: address.toString(),
    family: address.kind() === 'ipv4' ? 4 : 6,
    bytes: address.toByteArray(),
    global: address.range() === 'unicast',
  };
}

/** The network a measurement is remembered for: IPv4 /24, IPv6 /48. Undefined for what is no IP address. */
export function networkPrefix(text: string): string | undefined {
  return prefixOf(text, { 4: 24, 6: 48 });
}

/** The network of one home or office: an IPv4 address, or an IPv6 /64, within which devices change their address by themselves (RFC 8981). Undefined for what is no IP address. */
export function sitePrefix(text: string): string | undefined {
  return prefixOf(text, { 4: 32, 6: 64 });
}

/** What limits count somebody by: the site of the address ({@link sitePrefix}), whose owner has all of its addresses; the text itself if it is no IP address. */
export function siteKey(text: string): string {
  return sitePrefix(text) ?? text;
}

function prefixOf(text: string, lengths: Readonly<Record<IpAddress['family'], number>>): string | undefined {
  const address = parseAddress(text);
  return address && prefixKey(address.bytes, lengths[address.family]);
}

/** The first `length` bits of an address, as a key that is equal for all addresses of that network. */
export function prefixKey(bytes: readonly number[], length: number): string {
  const kept = bytes.slice(0, Math.ceil(length / 8));
  const masked = Buffer.from(kept.map((byte, index) => byte & (0xff << Math.max(0, 8 * (index + 1) - length))));
  // Joined, a key that is kept is one string; added up, it would keep every string that it came from.
  return [`${bytes.length === 4 ? 4 : 6}/${length}`, masked.toString('hex')].join(':');
}
