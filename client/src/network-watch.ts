/** Something that tells about the network by an event. */
export interface NetworkSource {
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  type: string;
}

/** The part of the global scope that is looked at. */
interface Environment {
  window?: NetworkSource['target'];
  navigator?: object;
}

/** Calls `onChange` when the browser says that it is online again or on another network. Returns the function that ends that. */
export function watchNetwork(sources: readonly NetworkSource[], onChange: () => void): () => void {
  for (const { target, type } of sources) target.addEventListener(type, onChange);
  return () => {
    for (const { target, type } of sources) target.removeEventListener(type, onChange);
  };
}

/** What this environment offers: `window`, and the Network Information API where there is one (https://wicg.github.io/netinfo/). A `change` that comes to `window` is of some menu on the page. */
export function browserNetwork({ window, navigator }: Environment = globalThis): NetworkSource[] {
  const sources: NetworkSource[] = [];
  if (window !== undefined) sources.push({ target: window, type: 'online' });
  if (navigator !== undefined && 'connection' in navigator && navigator.connection instanceof EventTarget) {
    sources.push({ target: navigator.connection, type: 'change' });
  }
  return sources;
}
