import { useTranslation } from 'react-i18next';
import type { HumanError } from '../lib/error-texts.ts';
import { navigate } from '../lib/router.ts';
import { Button } from './button.tsx';
import { Message } from './message.tsx';

/** A page that could not be shown: why, and the ways on. */
export function ErrorPage({ error, onRetry }: { error: HumanError; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Message title={error.title} text={error.advice} errorCode={error.code}>
      {error.retryable && onRetry !== undefined && (
        <Button look="primary" onPress={onRetry}>
          {t('tryAgain')}
        </Button>
      )}
      <Button onPress={() => navigate('/')}>{t('home')}</Button>
    </Message>
  );
}
