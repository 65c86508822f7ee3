import { type Meeting, TrackSource } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { IconButton } from '../design/icon-button.tsx';
import { useMeetingView } from '../meeting/view-store.ts';
import { stage } from '../stage/stage-store.ts';
import { adviceFor, showsPictures } from './advice.ts';
import styles from './quality-notice.module.css';
import { useQuality } from './use-quality.ts';

/** Says what makes the meeting worse, and one thing to do about it, until that is put away or changes. */
export function QualityNotice({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation(['quality', 'common']);
  const { link } = useQuality(meeting);
  const view = useMeetingView(meeting);
  const camera = view.self.published.get(TrackSource.CAMERA);
  const audioOnly = useStore(stage, (state) => state.audioOnly);
  const advice = adviceFor(link, {
    sendsCamera: camera !== undefined && !camera.muted,
    receivesPictures: !audioOnly && showsPictures(view),
  });
  const [known, setKnown] = useState<typeof advice>(null);
  if (known !== null && known !== advice) setKnown(null);
  return (
    <div className={styles.notice} role="status" data-testid="quality-notice">
      {advice !== null && advice !== known && (
        <div className={styles.advice}>
          <p>{t(advice)}</p>
          {advice === 'download' && (
            <Button data-testid="receive-audio-only" onPress={() => stage.setState({ audioOnly: true })}>
              {t('audioOnly')}
            </Button>
          )}
          <IconButton icon="close" label={t('common:dismiss')} onPress={() => setKnown(advice)} />
        </div>
      )}
    </div>
  );
}
