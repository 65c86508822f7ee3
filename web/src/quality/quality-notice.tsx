import { type Meeting, TrackSource } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMeetingView } from '../meeting/view-store.ts';
import { stage } from '../stage/stage-store.ts';
import { adviceFor } from './advice.ts';
import styles from './quality-notice.module.css';
import { useQuality } from './use-quality.ts';

/** Says what makes the meeting worse, and one thing to do about it. */
export function QualityNotice({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation('quality');
  const { link } = useQuality(meeting);
  const camera = useMeetingView(meeting).self.published.get(TrackSource.CAMERA);
  const audioOnly = useStore(stage, (state) => state.audioOnly);
  const advice = adviceFor(link, { sendsCamera: camera !== undefined && !camera.muted, audioOnly });
  return (
    <div className={styles.notice} role="status" data-testid="quality-notice">
      {advice !== null && <p>{t(advice)}</p>}
    </div>
  );
}
