import type { LinkList } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { MeetingLink } from '../api-types.ts';
import type { Ask } from '../feature.ts';
import { type RoleName, roleName } from '../roles.ts';

/** Links to a meeting by role, for its hosts and cohosts. The app that a link opens is yours: it says only what it carries. */
export class MeetingLinks {
  readonly #request: Ask;

  constructor(request: Ask) {
    this.#request = request;
  }

  /** Those that this participant may give out. Rejects with FORBIDDEN. */
  async list(): Promise<Pick<MeetingLink, 'role' | 'token'>[]> {
    return toLinks((await this.#request({ listLinks: {} })).links);
  }

  /** All that were given out lead nowhere any more; resolves with new ones. For hosts; rejects with FORBIDDEN. */
  async revoke(): Promise<Pick<MeetingLink, 'role' | 'token'>[]> {
    return toLinks((await this.#request({ revokeLinks: {} })).links);
  }
}

function toLinks(given: LinkList | undefined): { role: RoleName; token: string }[] {
  if (given === undefined) throw new CanopyError('MALFORMED_MESSAGE');
  return given.links.map(({ role, token }) => ({ role: roleName(role), token }));
}
