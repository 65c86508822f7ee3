import type { Mesh } from '@canopy/client';
import { useEffect, useState } from 'react';
import { api } from '../lib/api.ts';
import { type HumanError, humanError } from '../lib/error-texts.ts';

const periodMs = 1_000;

export interface MeshState {
  /** The last answer; null before the first. */
  mesh: Mesh | null;
  /** Set while the answers stay away. */
  error: HumanError | null;
}

/** The mesh, asked for each second; a hidden page doesn't ask. */
export function useMesh(): MeshState {
  const [state, setState] = useState<MeshState>({ mesh: null, error: null });
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function poll(): Promise<void> {
      const next = document.hidden ? null : await ask();
      if (!current) return;
      if (next !== null) setState((previous) => ({ mesh: next.mesh ?? previous.mesh, error: next.error }));
      timer = setTimeout(() => void poll(), periodMs);
    }
    void poll();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, []);
  return state;
}

async function ask(): Promise<MeshState> {
  try {
    return { mesh: await api.getMesh(), error: null };
  } catch (error) {
    return { mesh: null, error: humanError(error) };
  }
}
