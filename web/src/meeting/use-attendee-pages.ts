import type { Meeting, MeetingView } from '@canopy/client';
import { useCallback, useEffect, useState } from 'react';
import { humanError } from '../lib/error-texts.ts';

export interface AttendeePages {
  busy: boolean;
  /** Why the last page did not come, in a few words. */
  failure: string | null;
  /** Makes one more page of them known. */
  load: () => void;
}

/** Those who watch become known a page at a time; the first one by itself. */
export function useAttendeePages(meeting: Meeting, { attendees, moreAttendees }: MeetingView): AttendeePages {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const load = useCallback(() => {
    setBusy(true);
    meeting
      .loadAttendees()
      .then(
        () => setFailure(null),
        (error: unknown) => setFailure(humanError(error).title),
      )
      .finally(() => setBusy(false));
  }, [meeting]);
  const noneKnown = attendees.size === 0;
  useEffect(() => {
    if (noneKnown && moreAttendees) load();
  }, [noneKnown, moreAttendees, load]);
  return { busy, failure, load };
}
