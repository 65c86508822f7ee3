import { Api } from '@canopy/client';
import { useState } from 'react';
import { serverUrl } from '../lib/api.ts';
import { keepInTab, readInTab } from '../lib/tab-storage.ts';

const storageKey = 'canopy.operator-key';

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
    const key = readInTab(storageKey);
    return key === null ? null : withKey(key);
  });
  return {
    api,
    setKey: (key) => {
      keepInTab(storageKey, key);
      setApi(key === null ? null : withKey(key));
    },
  };
}
