import { useState } from 'react';
import { type HumanError, humanError } from './error-texts.ts';

export interface Action {
  busy: boolean;
  error: HumanError | null;
  /** Does one thing at a time; true if it worked. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** Something that is asked of the server, with what became of it. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<HumanError | null>(null);
  async function run(work: () => Promise<unknown>): Promise<boolean> {
    if (busy) return false;
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (cause) {
      setError(humanError(cause));
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { busy, error, run };
}
