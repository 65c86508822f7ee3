import type { Request } from './authorize.ts';

/**
 * What an API key may be for. `meetings`: everything with what belongs to the key; `tokens`: only letting people into its
 * meetings; `mesh.read`: looking at edges; `mesh.operate`: also draining them, looking into any meeting, preparing and ending
 * it; `keys`: other keys; `audit`: what operators did; `accounts`: links to set a new password for anybody.
 */
export const keyScopes = ['meetings', 'tokens', 'mesh.read', 'mesh.operate', 'keys', 'audit', 'accounts'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** Where everybody is an operator, nobody gets hold of somebody else's account all the same. */
export const openScopes: readonly KeyScope[] = keyScopes.filter((scope) => scope !== 'accounts');

/** A key that vouches for participants: it may mint tokens, so those it signs itself are believed too. */
export function mayVouch(scopes: readonly KeyScope[]): boolean {
  return scopes.includes('meetings') || scopes.includes('tokens');
}

/** Whether one of the scopes covers what is asked; whose it is must be looked at besides. */
export function covers(scopes: readonly KeyScope[], request: Request): boolean {
  const has = (...any: KeyScope[]) => any.some((scope) => scopes.includes(scope));
  const { action } = request;
  if (action === 'mesh.read') return has('mesh.read', 'mesh.operate');
  if (action === 'mesh.operate') return has('mesh.operate');
  if (action === 'keys.read') return has('keys');
  // Nobody makes, or takes over, a key that may more than their own.
  if (action === 'keys.manage') return has('keys') && request.scopes.every((scope) => scopes.includes(scope));
  if (action === 'audit.read') return has('audit');
  if (action === 'account.reset') return has('accounts');
  const lettingIn = ['token.mint', 'meeting.read', 'meeting.visit', 'settings.read'];
  if (lettingIn.includes(action)) return mayVouch(scopes);
  return has('meetings');
}
