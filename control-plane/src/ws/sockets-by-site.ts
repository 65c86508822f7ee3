import { siteKey } from '@canopy/runtime/address';
import { CanopyError } from '@canopy/runtime/errors';

const retryAfterMs = 10_000;

/** How many sockets each site (an IPv4 address, an IPv6 /64) has open at this replica. Who has none is not remembered. */
export class SocketsBySite {
  readonly #open = new Map<string, number>();
  readonly #most: number;

  /** @param most of one site */
  constructor(most: number) {
    this.#most = most;
  }

  /** Sites that have any. */
  get size(): number {
    return this.#open.size;
  }

  /** Counts one more socket of an address, until {@link leave} is called for it. Errors: RATE_LIMITED. */
  enter(address: string): void {
    const site = siteKey(address);
    const open = this.#open.get(site) ?? 0;
    if (open >= this.#most) {
      throw new CanopyError('RATE_LIMITED', 'This address has too many connections open.', { retryAfterMs });
    }
    this.#open.set(site, open + 1);
  }

  /** A socket of that address is closed. */
  leave(address: string): void {
    const site = siteKey(address);
    const left = (this.#open.get(site) ?? 0) - 1;
    if (left > 0) this.#open.set(site, left);
    else this.#open.delete(site);
  }
}
