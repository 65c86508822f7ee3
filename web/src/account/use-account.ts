import { type Account, CanopyError } from '@canopy/client';
import { useCallback, useState } from 'react';
import { api } from '../lib/api.ts';
import { type Resource, useResource } from '../lib/use-resource.ts';

/** Who is signed in; null: nobody. */
export type CurrentAccount = Resource<Account | null>;

/** Who is signed in here, and a way to say that this has changed. */
export function useAccount(): [CurrentAccount, (account: Account | null) => void] {
  const [known, setKnown] = useState<Account | null | undefined>(undefined);
  const load = useCallback(() => api.account.get().catch(nobody), []);
  const loaded = useResource<Account | null>(load);
  return [known === undefined ? loaded : { status: 'ready', value: known }, setKnown];
}

function nobody(error: unknown): null {
  if (error instanceof CanopyError && error.code === 'SIGN_IN_REQUIRED') return null;
  throw error;
}
