import { useEffect, useState } from 'react';
import { readUpTo, rememberReadUpTo } from './remembered.ts';

/** Something that somebody may have seen or not. */
interface Readable {
  /** Grows from one to the next. */
  sequence: number;
  /** When it came, Unix ms. */
  at: number;
  /** False: it never waits to be read, because it is one's own or gone. */
  counts: boolean;
}

/** How many came since this person last looked. Known across reloads under `key`; who comes for the first time has missed nothing. */
export function useUnread(key: string, things: readonly Readable[], looking: boolean): number {
  const newest = things.reduce((most, { sequence }) => Math.max(most, sequence), 0);
  const [readTo, setReadTo] = useState(() => readUpTo(key));
  const [firstSeen] = useState(() => Date.now());

  useEffect(() => {
    if (!looking || newest === 0) return;
    rememberReadUpTo(key, newest);
    setReadTo(newest);
  }, [looking, newest, key]);

  if (looking) return 0;
  const isNew = ({ sequence, at }: Readable) => (readTo === undefined ? at > firstSeen : sequence > readTo);
  return things.filter((thing) => thing.counts && isNew(thing)).length;
}
