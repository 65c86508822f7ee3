import { useCallback, useState } from 'react';
import { humanError } from './error-texts.ts';

export interface Attempt {
  /** Why what was asked for last did not happen, in a few words; null: it did. */
  failure: string | null;
  /** Waits for what somebody asked for. */
  act: (work: Promise<unknown>) => void;
}

/** Things somebody does one after the other, with what is to be said when one of them fails. */
export function useAttempt(): Attempt {
  const [failure, setFailure] = useState<string | null>(null);
  const act = useCallback((work: Promise<unknown>) => {
    work.then(
      () => setFailure(null),
      (error: unknown) => setFailure(humanError(error).title),
    );
  }, []);
  return { failure, act };
}
