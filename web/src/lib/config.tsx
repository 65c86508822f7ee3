import type { Region, ServerConfig } from '@canopy/client';
import { createContext, type ReactNode, useContext } from 'react';
import { api } from './api.ts';
import { type Resource, useResource } from './use-resource.ts';

const Context = createContext<Resource<ServerConfig>>({ status: 'loading' });

const loadConfig = () => api.getConfig();

export function ConfigProvider({ children }: { children: ReactNode }) {
  return <Context value={useResource(loadConfig)}>{children}</Context>;
}

/** What the server allows, and where it has edges. */
export function useConfig(): Resource<ServerConfig> {
  return useContext(Context);
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
