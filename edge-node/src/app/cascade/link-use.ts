import { LinkUse } from '@canopy/proto/edge_link';
import type { Use } from '../../core/cascade/uses.ts';

const linkUses = {
  first: LinkUse.FIRST,
  backup: LinkUse.BACKUP,
  chained: LinkUse.CHAINED_BACKUP,
} as const satisfies Record<Use, LinkUse>;

/** As links say it. */
export function toLinkUse(use: Use): LinkUse {
  return linkUses[use];
}

/** As a child said it; one that does not say watches. */
export function fromLinkUse(use: LinkUse | undefined): Use {
  if (use === LinkUse.BACKUP) return 'backup';
  return use === LinkUse.CHAINED_BACKUP ? 'chained' : 'first';
}
