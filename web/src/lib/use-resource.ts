import { useCallback, useEffect, useState } from 'react';
import { type HumanError, humanError } from './error-texts.ts';

export type Resource<T> =
  | { status: 'loading' }
  | { status: 'ready'; value: T }
  | { status: 'failed'; error: HumanError; retry: () => void };

/** Loads once when shown, and again when told to. `load` must be stable. */
export function useResource<T>(load: () => Promise<T>): Resource<T> {
  const [attempt, setAttempt] = useState(0);
  const [resource, setResource] = useState<Resource<T>>({ status: 'loading' });
  const retry = useCallback(() => setAttempt((previous) => previous + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is what loads again
  useEffect(() => {
    let current = true;
    setResource({ status: 'loading' });
    load().then(
      (value) => current && setResource({ status: 'ready', value }),
      (error: unknown) => current && setResource({ status: 'failed', error: humanError(error), retry }),
    );
    return () => {
      current = false;
    };
  }, [load, attempt, retry]);
  return resource;
}
