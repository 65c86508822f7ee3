import { useEffect, useRef } from 'react';
import { rememberedAccount } from '../lib/remembered.ts';

/** Says so when somebody signed in or out in another tab: when it is not that account any more. `accountId`: '' is nobody's; null as long as it does not matter. */
export function useOtherTabs(accountId: string | null, changed: () => void): void {
  const latest = useRef(changed);
  useEffect(() => {
    latest.current = changed;
  });
  useEffect(() => {
    if (accountId === null) return;
    const look = () => {
      if (rememberedAccount() !== accountId) latest.current();
    };
    look();
    addEventListener('storage', look);
    return () => removeEventListener('storage', look);
  }, [accountId]);
}
