import type { Meeting, MeetingView } from '@canopy/client';
import { useCallback, useEffect, useState } from 'react';
import { humanError } from '../lib/error-texts.ts';
import { isManager } from '../moderation/use-moderation.ts';

export interface AttendeePages {
  busy: boolean;
  /** Why the last page did not come, in a few words. */
  failure: string | null;
  /** Makes one more page of them known. */
  load: () => void;
}

/** Those who are counted become known a page at a time; the first one by itself, and anew where nobody told who came and went since. */
export function useAttendeePages(meeting: Meeting, view: MeetingView): AttendeePages {
  const { attendees, moreAttendees, mode } = view;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const read = useCallback(
    (anew: boolean) => {
      setBusy(true);
      meeting
        .loadAttendees({ anew })
        .then(
          () => setFailure(null),
          (error: unknown) => setFailure(humanError(error).title),
        )
        .finally(() => setBusy(false));
    },
    [meeting],
  );
  const load = useCallback(() => read(false), [read]);
  const isTold = mode === 'webinar' || isManager(view);
  useEffect(() => {
    if (!isTold) read(true);
  }, [isTold, read]);
  const noneKnown = attendees.size === 0;
  useEffect(() => {
    if (isTold && noneKnown && moreAttendees) load();
  }, [isTold, noneKnown, moreAttendees, load]);
  return { busy, failure, load };
}
