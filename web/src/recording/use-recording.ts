import type { Meeting, RecordingView } from '@canopy/client';
import { useCallback, useSyncExternalStore } from 'react';

/** Whether the meeting is being recorded. */
export function useRecording({ recording }: Meeting): RecordingView {
  const subscribe = useCallback((changed: () => void) => recording.events.on('changed', changed), [recording]);
  return useSyncExternalStore(subscribe, () => recording.view);
}
