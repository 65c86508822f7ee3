import { useEffect, useState } from 'react';
import { type HumanError, humanError } from './error-texts.ts';

const periodMs = 1_000;

export interface Polled<T> {
  /** The last answer; null before the first. */
  value: T | null;
  /** Set while the answers stay away. */
  error: HumanError | null;
}

/** What `load` gives, asked for each second; a hidden page doesn't ask. `load` must be stable. */
export function usePolled<T>(load: () => Promise<T>): Polled<T> {
  const [state, setState] = useState<Polled<T>>({ value: null, error: null });
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    setState({ value: null, error: null });
    async function poll(): Promise<void> {
      const next = document.hidden ? null : await ask(load);
      if (!current) return;
      if (next !== null) setState((previous) => ({ value: next.value ?? previous.value, error: next.error }));
      timer = setTimeout(() => void poll(), periodMs);
    }
    void poll();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [load]);
  return state;
}

async function ask<T>(load: () => Promise<T>): Promise<Polled<T>> {
  try {
    return { value: await load(), error: null };
  } catch (error) {
    return { value: null, error: humanError(error) };
  }
}
