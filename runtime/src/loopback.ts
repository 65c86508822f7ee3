import { isIPv4 } from 'node:net';

/** Whether who listens on this host, a name or an address (of IPv6 with or without brackets), is reached from its own machine alone. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}
