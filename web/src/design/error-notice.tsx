import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HumanError } from '../lib/error-texts.ts';
import { Button } from './button.tsx';
import styles from './error-notice.module.css';
import { Icon } from './icon.tsx';

/** What went wrong, what to do about it and, where trying again may help, a button for it. */
export function ErrorNotice({
  id,
  error,
  onRetry,
  children,
}: {
  /** For a field that it is about. */
  id?: string;
  error: HumanError;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div id={id} className={styles.notice} role="alert" data-testid="error-message" data-code={error.code}>
      <span className={styles.icon}>
        <Icon name="alert" />
      </span>
      <div className={styles.text}>
        <strong>{error.title}</strong>
        <span>{error.advice}</span>
      </div>
      {error.retryable && onRetry !== undefined && <Button onPress={onRetry}>{t('tryAgain')}</Button>}
      {children}
    </div>
  );
}
