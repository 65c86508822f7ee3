import { type LookupAddress, lookup as lookupWithCallback } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { CanopyError } from '@canopy/runtime/errors';
import ipaddr from 'ipaddr.js';

/** Keeps requests to addresses that strangers name out of our own network (OWASP Server-Side Request Forgery Prevention). */
export class AddressGuard {
  readonly #privateAllowed: boolean;

  constructor(privateAllowed: boolean) {
    this.#privateAllowed = privateAllowed;
  }

  /** Throws ADDRESS_REFUSED unless it is http(s) to a host that is, with all its addresses, on the internet. */
  async check(url: string): Promise<void> {
    const { hostname } = this.checkUrl(url);
    const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch((cause: unknown) => {
      throw new CanopyError('ADDRESS_REFUSED', 'There is no such host.', { cause });
    });
    this.#require(addresses);
  }

  /** The same without asking for the addresses of a name. */
  checkUrl(text: string): URL {
    const url = new URL(text);
    if (url.protocol !== 'https:' && !(this.#privateAllowed && url.protocol === 'http:'))
      throw new CanopyError('ADDRESS_REFUSED', 'Only https is called.');
    if (url.username !== '' || url.password !== '')
      throw new CanopyError('ADDRESS_REFUSED', 'An address must not hold a password.');
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (ipaddr.isValid(literal)) this.#require([{ address: literal }]);
    return url;
  }

  /** In place of dns.lookup: what a name leads to is looked at when it is connected to, so that it can't change in between. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    lookupWithCallback(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      try {
        if (error !== null) throw error;
        this.#require(addresses);
        if (options.all === true) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family);
      } catch (refused) {
        callback(refused instanceof Error ? refused : new CanopyError('ADDRESS_REFUSED'), '', 0);
      }
    });
  };

  #require(addresses: readonly { address: string }[]): void {
    if (this.#privateAllowed) return;
    if (addresses.length === 0 || !addresses.every(({ address }) => isPublic(address)))
      throw new CanopyError('ADDRESS_REFUSED');
  }
}

/** Ordinary addresses of the internet, and nothing that only looks like one: `process` unwraps IPv4 in IPv6. */
function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}
