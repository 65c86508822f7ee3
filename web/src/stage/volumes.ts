import { createStore } from 'zustand/vanilla';
import { readRemembered, remember } from '../lib/remembered.ts';

/** How loud somebody is here. */
export interface Volume {
  /** Between 0 and 1. */
  level: number;
  muted: boolean;
}

const key = 'canopy.volumes';
const mostRemembered = 200;
const full: Volume = { level: 1, muted: false };

/** By name: ids are of one meeting, and the colleague who is too loud is so every week. */
export const volumes = createStore<Readonly<Record<string, Volume>>>(() => readRemembered(key, {}));

export function volumeOf(all: Readonly<Record<string, Volume>>, name: string): Volume {
  return Object.hasOwn(all, name) ? (all[name] ?? full) : full;
}

export function setVolume(name: string, change: Partial<Volume>): void {
  const { [name]: before = full, ...others } = volumes.getState();
  const entries = [[name, { ...before, ...change }] as const, ...Object.entries(others)];
  volumes.setState(Object.fromEntries(entries.slice(0, mostRemembered)), true);
  remember(key, volumes.getState());
}
