import type { OwnRecordingInfo, RecordingInfo } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { usePolled } from '../lib/use-polled.ts';
import { RecordingEntry } from './recording-entry.tsx';
import styles from './recordings-page.module.css';

/** Recordings, the newest first, as they come along. `load` must be stable; `none` is said where there are none. */
export function RecordingList({
  load,
  none,
}: {
  load: () => Promise<readonly (RecordingInfo | OwnRecordingInfo)[]>;
  none: string;
}) {
  const { t } = useTranslation('recording');
  const { value: recordings, error } = usePolled(load);
  return (
    <>
      {error !== null && <ErrorNotice error={error} />}
      {recordings === null && error === null && <Loading />}
      {recordings?.length === 0 && <p className={styles.empty}>{none}</p>}
      <ul className={styles.list} aria-label={t('recordings')} data-testid="recordings">
        {recordings?.map((recording) => (
          <RecordingEntry
            key={recording.id}
            recording={recording}
            {...('title' in recording && { title: recording.title })}
          />
        ))}
      </ul>
    </>
  );
}
