import type { Load } from './load.ts';

export interface ForwardingSize {
  load: Load;
  /** Of each forwarder. */
  viewers: number;
  /** One viewer in so many counts the packets it receives: counting costs more than receiving. */
  countEvery: number;
}
