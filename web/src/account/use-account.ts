import type { Account } from '@canopy/client';
import { useCallback, useState } from 'react';
import { chooseLanguage, languageOf } from '../i18n/index.ts';
import { api } from '../lib/api.ts';
import { rememberAccount, rememberedAccount, rememberName } from '../lib/remembered.ts';
import { type Resource, useResource } from '../lib/use-resource.ts';

/** Who is signed in; null: nobody. */
export type CurrentAccount = Resource<Account | null>;

/** Who is signed in here, and a way to say that this has changed. From then on meetings know the name of the account, and the app speaks its language. */
export function useAccount(): [CurrentAccount, (account: Account | null) => Promise<void>] {
  const [known, setKnown] = useState<Account | null | undefined>(undefined);
  const loaded = useResource<Account | null>(load);
  const change = useCallback(async (account: Account | null) => {
    await adopt(account);
    setKnown(account);
  }, []);
  return [known === undefined ? loaded : { status: 'ready', value: known }, change];
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
