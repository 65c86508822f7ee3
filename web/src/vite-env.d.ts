/// <reference types="vite/client" />
import 'react';
import type { Meeting } from '@canopy/client';

declare module 'react' {
  interface CSSProperties {
    [variable: `--${string}`]: string | number | undefined;
  }
}

declare global {
  interface Window {
    /** The meeting, for tests and benchmarks; only where the address says `?debug`. */
    canopy?: Meeting;
  }
}
