import { type Meeting, TrackSource } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { useMeetingView } from '../meeting/view-store.ts';
import { stage } from '../stage/stage-store.ts';
import { adviceFor, showsPictures } from './advice.ts';
import styles from './quality-notice.module.css';
import { useQuality } from './use-quality.ts';

/** Says what makes the meeting worse, and one thing to do about it. */
export function QualityNotice({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation('quality');
  const { link } = useQuality(meeting);
  const view = useMeetingView(meeting);
  const camera = view.self.published.get(TrackSource.CAMERA);
  const audioOnly = useStore(stage, (state) => state.audioOnly);
  const advice = adviceFor(link, {
    sendsCamera: camera !== undefined && !camera.muted,
    receivesPictures: !audioOnly && showsPictures(view),
  });
  return (
    <div className={styles.notice} role="status" data-testid="quality-notice">
      {advice !== null && (
        <div className={styles.advice}>
          <p>{t(advice)}</p>
          {advice === 'download' && (
            <Button data-testid="receive-audio-only" onPress={() => stage.setState({ audioOnly: true })}>
              {t('audioOnly')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
