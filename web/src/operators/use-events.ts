import type { MeshEvent } from '@canopy/client';
import { useCallback, useRef } from 'react';
import { useApi } from '../lib/api-context.ts';
import { usePolled } from '../lib/use-polled.ts';

const mostShown = 100;

/** The latest events, the newest first; each is fetched once. */
export function useEvents(): readonly MeshEvent[] {
  const api = useApi();
  const known = useRef<{ of: typeof api; events: MeshEvent[] }>({ of: api, events: [] });
  const load = useCallback(async () => {
    if (known.current.of !== api) known.current = { of: api, events: [] };
    const { events } = known.current;
    const fresh = await api.operators.events(events[0]?.id);
    if (fresh.length > 0) known.current.events = [...fresh.reverse(), ...events].slice(0, mostShown);
    return known.current.events;
  }, [api]);
  return usePolled(load).value ?? [];
}
