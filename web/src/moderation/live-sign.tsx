import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './live-sign.module.css';
import { useModeration } from './use-moderation.ts';

/** Stays in sight in a webinar once somebody is on stage: whether its audience is there, or waits until those on stage go live. They are told aloud when that changes while they are on stage. */
export function LiveSign({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation('moderation');
  const { backstage } = useModeration(meeting).rules;
  const onStage = view.self.role !== Role.ATTENDEE;
  const isOccupied = [...view.participants.values()].some(({ role }) => role !== Role.ATTENDEE);
  const [before, setBefore] = useState(backstage);
  const [isNews, setIsNews] = useState(false);
  if (backstage !== before || (isNews && !onStage)) {
    setBefore(backstage);
    setIsNews(onStage);
  }
  if (view.mode !== 'webinar') return null;
  return (
    <>
      <div className="visually-hidden" role="status" data-testid="live-status">
        {isNews && t(backstage ? 'backstage' : 'isLive')}
      </div>
      {(onStage || (isOccupied && !backstage)) && (
        <p className={styles.sign} data-testid="live-sign" data-live={!backstage}>
          {t(backstage ? 'signBackstage' : 'signLive')}
        </p>
      )}
    </>
  );
}
