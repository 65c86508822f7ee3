/** The part of `window` that tells about the network. */
export interface NetworkEvents {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** Calls `onChange` when the browser says that it is online again or on another network. Returns the function that ends that. */
export function watchNetwork(sources: readonly NetworkEvents[], onChange: () => void): () => void {
  const types = ['online', 'change'];
  for (const source of sources) for (const type of types) source.addEventListener(type, onChange);
  return () => {
    for (const source of sources) for (const type of types) source.removeEventListener(type, onChange);
  };
}

/** What this environment offers: `window`, and the Network Information API where there is one (https://wicg.github.io/netinfo/). */
export function browserNetwork(): NetworkEvents[] {
  const sources: NetworkEvents[] = [];
  if (typeof window !== 'undefined') sources.push(window);
  if (typeof navigator !== 'undefined' && 'connection' in navigator && navigator.connection instanceof EventTarget) {
    sources.push(navigator.connection);
  }
  return sources;
}
