import type { Meeting, RecordingView } from '@canopy/client';
import { useCallback, useSyncExternalStore } from 'react';

/** Whether the meeting is being recorded. */
export function useRecording(meeting: Meeting): RecordingView {
  return useShown(meeting, ({ recording }) => recording.view);
}

/** The code of why nothing can be recorded just now; undefined while all is well. */
export function useRecordingFailure(meeting: Meeting): string | undefined {
  return useShown(meeting, ({ recording }) => recording.errorCode);
}

function useShown<T>(meeting: Meeting, read: (meeting: Meeting) => T): T {
  const { events } = meeting.recording;
  const subscribe = useCallback((changed: () => void) => events.on('changed', changed), [events]);
  return useSyncExternalStore(subscribe, () => read(meeting));
}
