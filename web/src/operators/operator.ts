import { Api } from '@canopy/client';
import { useState } from 'react';
import { serverUrl } from '../lib/api.ts';

const storageKey = 'canopy.operator-key';

function remembered(): string | null {
  try {
    return sessionStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

function remember(key: string | null): void {
  try {
    if (key === null) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, key);
  } catch (error) {
    console.debug('canopy: the key is forgotten on reload', error);
  }
}

interface Operator {
  /** With the operator's key; null: there is none in this tab. */
  api: Api | null;
  /** Takes a key into this tab, or forgets it. */
  setKey: (key: string | null) => void;
}

const withKey = (apiKey: string) => new Api({ url: serverUrl, apiKey });

/** Whether the server lets this key operate the mesh. Rejects with its error if not. */
export async function tryKey(key: string): Promise<void> {
  await withKey(key).operators.events(undefined, 1);
}

/** Whoever operates the mesh from this tab. The server checks the key with every call. */
export function useOperator(): Operator {
  const [api, setApi] = useState(() => {
    const key = remembered();
    return key === null ? null : withKey(key);
  });
  return {
    api,
    setKey: (key) => {
      remember(key);
      setApi(key === null ? null : withKey(key));
    },
  };
}
