import { type EdgeRtt, measureRtts } from '@canopy/client';
import { useEffect, useState } from 'react';
import { apiFor } from '../lib/api.ts';
import { useConfig } from '../lib/config.tsx';

const none: readonly EdgeRtt[] = [];

/** Round trips to the edges that are likely for this meeting, measured while the person still looks into the mirror. `link` is the token of the link somebody came by, if it gives a role. Empty until then, and where this page may not ask. */
export function useRtts(meetingId: string, link: string | undefined): readonly EdgeRtt[] {
  const [rtts, setRtts] = useState(none);
  const config = useConfig();
  // Where clients may say where they are, what they measure would contradict them.
  const useful = config.status === 'ready' && !config.value.clientLocation;
  useEffect(() => {
    if (!useful) return;
    let current = true;
    measure(meetingId, link).then(
      (measured) => current && setRtts(measured),
      (error: unknown) => console.debug('canopy: round trips are not known', error),
    );
    return () => {
      current = false;
    };
  }, [meetingId, link, useful]);
  return rtts;
}

async function measure(meetingId: string, link: string | undefined): Promise<EdgeRtt[]> {
  const api = apiFor(link === undefined ? {} : { link });
  return measureRtts(await api.getShortlist(meetingId));
}
