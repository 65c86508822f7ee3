import { createStore } from 'zustand/vanilla';
import { readRemembered, remember } from '../lib/remembered.ts';

const key = 'canopy.noiseSuppression';

/** The filter needs all of these; browsers without them suppress noise their own way, as they do with the filter off. */
export const canFilterNoise = 'AudioWorkletNode' in globalThis && 'WebAssembly' in globalThis;

interface NoiseChoice {
  /** What the person wants. */
  readonly on: boolean;
  /** The filter could not be started; the browser's own suppression does the work. */
  readonly failed: boolean;
}

/** Whether noise is filtered out of the microphone's sound by our own filter. */
export const noiseChoice = createStore<NoiseChoice>(() => ({
  on: canFilterNoise && readRemembered(key, false),
  failed: false,
}));

export function chooseNoiseFilter(on: boolean): void {
  remember(key, on);
  noiseChoice.setState({ on, failed: false });
}

export function noiseFilterFailed(): void {
  noiseChoice.setState({ failed: true });
}
