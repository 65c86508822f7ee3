import type { ListedMeeting } from '@canopy/client';
import { useCallback, useRef } from 'react';
import { useApi } from './api-context.ts';
import { type Polled, usePolled } from './use-polled.ts';

export interface KnownMeetings {
  /** Those that somebody is in, the newest first, at most a hundred. */
  inhabited: readonly ListedMeeting[];
  /** By id, also of those that were among them before. */
  titles: ReadonlyMap<string, string>;
}

const mostListed = 100;
const mostTitles = 1_000;

/** The meetings of this moment, as whoever looks at the page may know them. */
export function useMeetings(): Polled<KnownMeetings> {
  const api = useApi();
  const titles = useRef<ReadonlyMap<string, string>>(new Map());
  const load = useCallback(async () => {
    const { meetings: inhabited } = await api.listMeetings({ inhabited: true, limit: mostListed });
    const listed = inhabited.map(({ id, title }) => [id, title] as const);
    titles.current = new Map([...titles.current, ...listed].slice(-mostTitles));
    return { inhabited, titles: titles.current };
  }, [api]);
  return usePolled(load);
}
