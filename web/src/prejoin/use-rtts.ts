import { type EdgeRtt, measureRtts } from '@canopy/client';
import { useEffect, useState } from 'react';
import { apiFor } from '../lib/api.ts';
import { useConfig } from '../lib/config.tsx';

const none: readonly EdgeRtt[] = [];

/** Round trips to the edges that are likely for this meeting, measured while the person still looks into the mirror. `credential` is the token that somebody came with, if any. Empty until then, and where this page may not ask. */
export function useRtts(meetingId: string, credential: string | undefined): readonly EdgeRtt[] {
  const [rtts, setRtts] = useState(none);
  const config = useConfig();
  // Where clients may say where they are, what they measure would contradict them.
  const useful = config.status === 'ready' && !config.value.clientLocation;
  useEffect(() => {
    if (!useful) return;
    let current = true;
    measure(meetingId, credential).then(
      (measured) => current && setRtts(measured),
      (error: unknown) => console.debug('canopy: round trips are not known', error),
    );
    return () => {
      current = false;
    };
  }, [meetingId, credential, useful]);
  return rtts;
}

async function measure(meetingId: string, credential: string | undefined): Promise<EdgeRtt[]> {
  const api = apiFor(credential === undefined ? {} : { link: credential });
  return measureRtts(await api.getShortlist(meetingId));
}
