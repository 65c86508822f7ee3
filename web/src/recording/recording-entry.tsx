import type { RecordingInfo } from '@canopy/client';
import { useRef, useState } from 'react';
import { ProgressBar } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { regional } from '../i18n/regional.ts';
import { api } from '../lib/api.ts';
import { cx } from '../lib/cx.ts';
import { humanErrorOf } from '../lib/error-texts.ts';
import { useFocusHere } from '../lib/focus.ts';
import { useAction } from '../lib/use-action.ts';
import { elapsed } from '../pip/elapsed.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import styles from './recordings-page.module.css';

export interface RecordingEntryProps {
  recording: RecordingInfo;
  /** Of its meeting, with a link to all of that; undefined where that is clear. */
  title?: string;
  /** `title`: what it went by. */
  onDeleted: (title: string) => void;
}

/** One recording: how far it is, and once it is ready its picture and sound. */
export function RecordingEntry({ recording, title: meetingTitle, onDeleted }: RecordingEntryProps) {
  const { t, i18n } = useTranslation(['recording', 'common']);
  const { busy, error, run } = useAction();
  const [url, setUrl] = useState<string | null>(null);
  const [deleting, setDeleting] = useState(false);
  const { id, meetingId, status, startedAt, expiresAt, composition } = recording;
  const inWords = (time: string, style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(regional(i18n.language), style).format(new Date(time));
  const title = inWords(startedAt, { dateStyle: 'medium', timeStyle: 'short' });
  const ready = composition.status === 'ready';

  async function open(): Promise<void> {
    await run(async () => setUrl((await api.recordings.link(meetingId, id)).url));
  }

  return (
    <li className={styles.entry} data-testid="recording" data-status={status} data-composition={composition.status}>
      <div className={styles.what}>
        <h2>{title}</h2>
        {meetingTitle !== undefined && (
          <a className={styles.link} href={`/m/${meetingId}/recordings`}>
            {meetingTitle === '' ? t('common:untitled') : meetingTitle}
          </a>
        )}
        <p>
          {status === 'stopped' ? (
            <State composition={composition} />
          ) : (
            t(status === 'paused' ? 'signPaused' : 'running')
          )}
        </p>
        {expiresAt && <p>{t('expires', { date: inWords(expiresAt, { dateStyle: 'medium' }) })}</p>}
      </div>
      {error !== null && <ErrorNotice error={error} />}
      {recording.error !== null && status !== 'stopped' && <ErrorNotice error={humanErrorOf(recording.error)} />}
      {url !== null && <Player url={url} title={title} />}
      <div className={styles.actions}>
        {ready && url === null && (
          <Button look="primary" unavailable={busy} onPress={() => void open()} data-testid="open-recording">
            {t('open')}
          </Button>
        )}
        {url !== null && (
          <a className={styles.link} href={url} download={`${id}.webm`} data-testid="download-recording">
            {t('download')}
          </a>
        )}
        <Button onPress={() => setDeleting(true)} data-testid="delete-recording">
          {t('delete')}
        </Button>
      </div>
      {deleting && (
        <DeleteDialog
          recording={recording}
          title={title}
          onClose={() => setDeleting(false)}
          onDeleted={() => onDeleted(title)}
        />
      )}
    </li>
  );
}

/** Takes the place of the button that asked for it. */
function Player({ url, title }: { url: string; title: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useFocusHere(video);
  return (
    // biome-ignore lint/a11y/useMediaCaption: nobody wrote down what was said
    <video
      ref={video}
      className={styles.video}
      src={url}
      controls
      preload="metadata"
      aria-label={title}
      data-testid="recording-video"
    />
  );
}

function State({ composition }: Pick<RecordingInfo, 'composition'>) {
  const { t, i18n } = useTranslation('recording');
  const { status, progress, bytes, durationMs, error } = composition;
  if (status === 'failed') return <>{t(error === 'RECORDING_EMPTY' ? 'empty' : 'failed')}</>;
  if (status !== 'ready') {
    return (
      <ProgressBar className={cx(styles.progress)} value={progress * 100} aria-label={t('composing')}>
        {({ percentage = 0 }) => (
          <>
            {t('composing')}
            <span className={styles.track}>
              <span className={styles.bar} style={{ inlineSize: `${percentage}%` }} />
            </span>
          </>
        )}
      </ProgressBar>
    );
  }
  const one = (value: number, unit: string) =>
    new Intl.NumberFormat(regional(i18n.language), { style: 'unit', unit, maximumFractionDigits: 1 }).format(value);
  return <>{`${elapsed(durationMs ?? 0)} · ${one((bytes ?? 0) / 1e6, 'megabyte')}`}</>;
}
