import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Message } from '../design/message.tsx';
import type { HumanError } from '../lib/error-texts.ts';
import { navigate } from '../lib/router.ts';

export function LeftPage({ reason, onRejoin }: { reason: HumanError | null; onRejoin: () => void }) {
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
      <Button onPress={() => navigate('/')}>{t('common:home')}</Button>
    </Message>
  );
}
