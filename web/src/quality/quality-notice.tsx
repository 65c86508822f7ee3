import { type Meeting, TrackSource } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { useMeetingView } from '../meeting/view-store.ts';
import { adviceFor } from './advice.ts';
import styles from './quality-notice.module.css';
import { useQuality } from './use-quality.ts';

/** Says what makes the meeting worse, and one thing to do about it. */
export function QualityNotice({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation('quality');
  const { link } = useQuality(meeting);
  const camera = useMeetingView(meeting).self.published.get(TrackSource.CAMERA);
  const advice = adviceFor(link, camera !== undefined && !camera.muted);
  return (
    <div className={styles.notice} role="status" data-testid="quality-notice">
      {advice !== null && <p>{t(advice)}</p>}
    </div>
  );
}
