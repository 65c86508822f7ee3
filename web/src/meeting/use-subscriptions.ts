import { type Meeting, VisibleSizes, wantsFor, watchHidden } from '@canopy/client';
import { useEffect, useState } from 'react';
import { stage } from '../stage/stage-store.ts';

/** Receives just what is shown. Tiles report themselves to the returned object. */
export function useSubscriptions(meeting: Meeting): VisibleSizes {
  const [sizes] = useState(() => new VisibleSizes(() => declare(meeting, sizes)));
  useEffect(() => {
    let { tracks } = meeting.view;
    declare(meeting, sizes);
    const stops = [
      meeting.events.on('stateChanged', (view) => {
        if (view.tracks === tracks) return;
        tracks = view.tracks;
        declare(meeting, sizes);
      }),
      stage.subscribe(() => declare(meeting, sizes)),
      watchHidden((hidden) => sizes.setPageHidden(hidden)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [meeting, sizes]);
  return sizes;
}

function declare(meeting: Meeting, sizes: VisibleSizes): void {
  const { tracks, self } = meeting.view;
  meeting.setSubscriptions(wantsFor(tracks.values(), self.participantId, sizes.shown, stage.getState()));
}
