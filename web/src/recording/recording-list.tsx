import type { OwnRecordingInfo, RecordingInfo } from '@canopy/client';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { useAction } from '../lib/use-action.ts';
import { usePolled } from '../lib/use-polled.ts';
import { RecordingEntry } from './recording-entry.tsx';
import styles from './recordings-page.module.css';
import { Unhurried } from './unhurried.ts';

type Recording = RecordingInfo | OwnRecordingInfo;

export interface RecordingPage {
  /** The newest first. */
  recordings: readonly Recording[];
  nextCursor: string | null;
}

export interface RecordingListProps {
  /** Must be stable. `cursor`: `nextCursor` of the page before. */
  load: (cursor?: string) => Promise<RecordingPage>;
  /** What is said where there are none. */
  none: string;
  /** In place of the reason why somebody may not see them; undefined where nothing would help. */
  refused?: ReactNode;
}

/** What somebody meets who has to say first who they are. */
const refusals: ReadonlySet<string> = new Set(['SIGN_IN_REQUIRED', 'TOKEN_INVALID', 'FORBIDDEN', 'MEETING_NOT_FOUND']);

/** Recordings, the newest first, as they come along; older ones when they are asked for. */
export function RecordingList({ load, none, refused }: RecordingListProps) {
  const { t } = useTranslation('recording');
  const unhurried = useMemo(() => new Unhurried(() => load()), [load]);
  const { value: newest, error } = usePolled(unhurried.load);
  const [further, setFurther] = useState<RecordingPage | null>(null);
  const [deleted, setDeleted] = useState<ReadonlySet<string>>(new Set());
  const [news, setNews] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const more = useAction();
  const recordings = newest === null ? null : together(newest, further).filter(({ id }) => !deleted.has(id));
  const next = (further ?? newest)?.nextCursor ?? null;

  // The button that was pressed is gone with its recording.
  useEffect(() => {
    if (deleted.size > 0) list.current?.focus();
  }, [deleted]);

  const loadMore = (cursor: string) =>
    void more.run(async () => {
      const page = await load(cursor);
      // With those known so far: the newest page holds other ones when something is recorded meanwhile.
      setFurther({ ...page, recordings: [...(recordings ?? []), ...page.recordings] });
    });

  if (refused !== undefined && error !== null && refusals.has(error.code)) return refused;
  return (
    <>
      <p className="visually-hidden" role="status">
        {news}
      </p>
      {error !== null && <ErrorNotice error={error} />}
      {recordings === null && error === null && <Loading />}
      {recordings?.length === 0 && next === null && <p className={styles.empty}>{none}</p>}
      <ul ref={list} className={styles.list} aria-label={t('recordings')} tabIndex={-1} data-testid="recordings">
        {recordings?.map((recording) => (
          <RecordingEntry
            key={recording.id}
            recording={recording}
            {...('title' in recording && { title: recording.title })}
            onDeleted={(when) => {
              setNews(t('deleted', { title: when }));
              setDeleted((before) => new Set(before).add(recording.id));
              // An older one takes its place.
              unhurried.hurry();
            }}
          />
        ))}
      </ul>
      {more.error !== null && <ErrorNotice error={more.error} />}
      {next !== null && (
        <Button unavailable={more.busy} onPress={() => loadMore(next)} data-testid="more-recordings">
          {t('more')}
        </Button>
      )}
    </>
  );
}

/** The newest as they are now, and behind them what else is known. */
function together(newest: RecordingPage, further: RecordingPage | null): Recording[] {
  const shown = new Set(newest.recordings.map(({ id }) => id));
  return [...newest.recordings, ...(further?.recordings ?? []).filter(({ id }) => !shown.has(id))];
}
