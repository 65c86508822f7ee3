import type { Meeting, QualityView } from '@canopy/client';
import { useSyncExternalStore } from 'react';

/** How well the meeting comes and goes; renders anew every few seconds. */
export function useQuality({ quality }: Meeting): QualityView {
  return useSyncExternalStore(
    (onChange) => quality.events.on('changed', onChange),
    () => quality.view,
  );
}
