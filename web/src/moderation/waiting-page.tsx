import { type Waiting, WaitingReason } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Message } from '../design/message.tsx';
import { regional } from '../i18n/regional.ts';

export interface WaitingPageProps {
  waiting: Waiting;
  /** The connection is lost; the place is kept for a while. */
  retrying: boolean;
  onLeave: () => void;
}

/** For who has asked to join and is not let in yet. */
export function WaitingPage({ waiting, retrying, onLeave }: WaitingPageProps) {
  const { t, i18n } = useTranslation(['moderation', 'meeting']);
  const { title, reason, startTimeMs, text } = waiting;
  const time = new Intl.DateTimeFormat(regional(i18n.language), { dateStyle: 'full', timeStyle: 'short' });
  const lines = [
    reason === WaitingReason.BACKSTAGE ? t('startsSoon') : t('waitingForHost'),
    startTimeMs !== undefined && t('startsAt', { time: time.format(startTimeMs) }),
    text !== '' && t('hostSays', { text }),
    retrying && t('meeting:stillConnecting'),
  ];
  return (
    <Message title={title || t('yourMeeting')} status={lines.filter((line) => line !== false)} testId="waiting">
      <Button onPress={onLeave}>{t('stopWaiting')}</Button>
    </Message>
  );
}
