import { type Waiting, WaitingReason } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Message } from '../design/message.tsx';
import { inFull } from '../lib/format.ts';

export interface WaitingPageProps {
  waiting: Waiting;
  /** The connection is lost; the place is kept for a while. */
  retrying: boolean;
  onLeave: () => void;
}

/** For who has asked to join and is not let in yet. */
export function WaitingPage({ waiting, retrying, onLeave }: WaitingPageProps) {
  const { t } = useTranslation(['moderation', 'meeting', 'recording', 'common']);
  const { title, reason, startTimeMs, text, recorded, withoutHost } = waiting;
  const lines = [
    reason === WaitingReason.BACKSTAGE ? t('startsSoon') : t(withoutHost ? 'hostToCome' : 'waitingForHost'),
    startTimeMs !== undefined && t('startsAt', { time: inFull(startTimeMs) }),
    recorded === true && t('recording:notice'),
    text !== '' && t('hostSays', { text }),
    retrying && t('meeting:stillConnecting'),
  ];
  return (
    <Message title={title || t('common:meeting')} status={lines.filter((line) => line !== false)} testId="waiting">
      <Button onPress={onLeave}>{t('stopWaiting')}</Button>
    </Message>
  );
}
