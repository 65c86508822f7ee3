import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Message } from '../design/message.tsx';
import type { HumanError } from '../lib/error-texts.ts';
import { navigate } from '../lib/router.ts';
import { RecordingsButton } from '../recording/recordings-button.tsx';

export interface LeftPageProps {
  meetingId: string;
  /** As its host this person may see what was recorded. */
  mayManage: boolean;
  /** Null: they chose to leave. */
  reason: HumanError | null;
  onRejoin: () => void;
}

export function LeftPage({ meetingId, mayManage, reason, onRejoin }: LeftPageProps) {
  const { t } = useTranslation(['meeting', 'common']);
  const final = reason?.code === 'MEETING_ENDED' || reason?.code === 'BANNED';
  return (
    <Message
      title={reason?.title ?? t('left')}
      text={reason?.advice ?? t('leftText')}
      {...(reason === null ? {} : { errorCode: reason.code })}
    >
      {!final && (
        <Button look="primary" onPress={onRejoin}>
          {t('rejoin')}
        </Button>
      )}
      {mayManage && <RecordingsButton meetingId={meetingId} />}
      <Button onPress={() => navigate('/')}>{t('common:home')}</Button>
    </Message>
  );
}
