import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

/**
 * The client's address: that of the peer, and while that is a trusted proxy, the address before it in X-Forwarded-For.
 * What the client itself wrote there is never reached unless every hop after it is trusted.
 */
export function clientAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const ranges = trustedProxies.map((text) =>
    text.includes('/') ? ipaddr.parseCIDR(text) : hostRange(ipaddr.parse(text)),
  );
  const trusted = (address: string) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return ranges.some((range) => parsed.kind() === range[0].kind() && parsed.match(range));
  };
  return (request) => {
    const peer = request.socket.remoteAddress ?? '';
    const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    const hops = forwarded.map((hop) => hop.trim()).filter((hop) => hop !== '');
    let address = peer;
    while (trusted(address)) {
      const before = hops.pop();
      if (before === undefined || !ipaddr.isValid(before)) break;
      address = before;
    }
    return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
  };
}

function hostRange(address: ipaddr.IPv4 | ipaddr.IPv6): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
