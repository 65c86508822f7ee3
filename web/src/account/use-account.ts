import type { Account } from '@canopy/client';
import { useCallback, useRef, useState } from 'react';
import { chooseLanguage, languageOf } from '../i18n/index.ts';
import { api } from '../lib/api.ts';
import { rememberAccount, rememberedAccount, rememberName } from '../lib/remembered.ts';
import { type Resource, useResource } from '../lib/use-resource.ts';
import { useOtherTabs } from './use-other-tabs.ts';

/** Who is signed in; null: nobody. */
export type CurrentAccount = Resource<Account | null>;

/** Who is signed in here, whichever tab they did that in, and a way to say that this has changed. From then on meetings know the name of the account, and the app speaks its language. */
export function useAccount(): [CurrentAccount, (account: Account | null) => Promise<void>] {
  const [known, setKnown] = useState<Account | null | undefined>(undefined);
  const loaded = useResource<Account | null>(load);
  const looks = useRef(0);
  const change = useCallback(async (account: Account | null) => {
    // What was looked up before may be of who was here then.
    looks.current++;
    await adopt(account);
    setKnown(account);
  }, []);
  const current: CurrentAccount = known === undefined ? loaded : { status: 'ready', value: known };
  useOtherTabs(current.status === 'ready' ? (current.value?.id ?? '') : null, () => {
    const look = ++looks.current;
    // What is shown stays until it is known who it is now.
    api.account.current().then(
      (account) => (look === looks.current ? change(account) : undefined),
      (error: unknown) => console.debug('canopy: who is signed in was not found out', error),
    );
  });
  return [current, change];
}

async function load(): Promise<Account | null> {
  const account = await api.account.current();
  // Somebody who signed in on another page, such as their organization's. What is chosen here later stays.
  if ((account?.id ?? '') !== rememberedAccount()) await adopt(account);
  return account;
}

async function adopt(account: Account | null): Promise<void> {
  rememberAccount(account?.id ?? '');
  if (account === null) return;
  rememberName(account.name);
  const language = languageOf(account.language);
  if (language !== undefined) await chooseLanguage(language);
}
