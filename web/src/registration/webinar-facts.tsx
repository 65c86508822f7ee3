import { useTranslation } from 'react-i18next';
import { repetitionOf } from '../calendar/repetition.ts';
import { inFull } from '../lib/format.ts';
import type { MeetingFacts } from '../meeting/participation.ts';
import styles from './registration.module.css';

/** When the webinar is, how long it takes, whose it is, and that one registers for one date of a series. */
export function WebinarFacts({ startTime, planned, hostName }: MeetingFacts) {
  const { t } = useTranslation(['registration', 'calendar']);
  const recurrence = planned?.recurrence ?? null;
  const marks = [
    planned && t('calendar:minutes', { count: planned.durationMinutes }),
    recurrence !== null && t(`calendar:${repetitionOf(recurrence) ?? 'series'}`),
    hostName && t('host', { name: hostName }),
  ].filter(Boolean);
  return (
    <div className={styles.facts} data-testid="webinar-facts">
      {typeof startTime === 'string' && <p>{t('startsAt', { when: inFull(startTime) })}</p>}
      {marks.length > 0 && <p>{marks.join(' · ')}</p>}
      {recurrence !== null && <p className={styles.hint}>{t('oneDate')}</p>}
    </div>
  );
}
