import type { Region, ServerConfig } from '@canopy/client';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { api } from './api.ts';
import { type Resource, useResource } from './use-resource.ts';

interface Known {
  config: Resource<ServerConfig>;
  lookAgain: () => void;
}

const Context = createContext<Known>({ config: { status: 'loading' }, lookAgain: () => {} });

export function ConfigProvider({ children }: { children: ReactNode }) {
  const [looks, setLooks] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another look is what loads again
  const loaded = useResource(useCallback(() => api.getConfig(), [looks]));
  const [last, setLast] = useState<Resource<ServerConfig>>(loaded);
  useEffect(() => {
    if (loaded.status === 'ready') setLast(loaded);
  }, [loaded]);
  const lookAgain = useCallback(() => setLooks((before) => before + 1), []);
  // What is known stays while it is asked for again.
  return <Context value={{ config: last.status === 'ready' ? last : loaded, lookAgain }}>{children}</Context>;
}

/** What the server allows, and where it has edges. */
export function useConfig(): Resource<ServerConfig> {
  return useContext(Context).config;
}

/** Asks the server anew where it has edges, once for each region that turns out to have some and was not known. */
export function useRegionsOf(edges: readonly { region: string }[]): void {
  const { config, lookAgain } = useContext(Context);
  const known = config.status === 'ready' ? config.value.regions : null;
  const unknown =
    known === null ? [] : edges.map(({ region }) => region).filter((id) => !known.some((one) => one.id === id));
  const key = [...new Set(unknown)].sort().join(' ');
  useEffect(() => {
    if (key !== '') lookAgain();
  }, [key, lookAgain]);
}

/** Regions that have edges; empty until the server has said so. */
export function useRegions(): readonly Region[] {
  const config = useConfig();
  return config.status === 'ready' ? config.value.regions : [];
}

/** The name people know a region by; its id where there is none. */
export function regionName(regions: readonly Region[], regionId: string): string {
  return regions.find(({ id }) => id === regionId)?.name ?? regionId;
}
