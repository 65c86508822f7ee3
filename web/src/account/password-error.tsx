import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../design/error-notice.tsx';
import type { HumanError } from '../lib/error-texts.ts';

/** What went wrong where somebody who is signed in gives their password once more: there is no email address to check. */
export function PasswordError({ error }: { error: HumanError }) {
  const { t } = useTranslation('account');
  const isWrong = error.code === 'CREDENTIALS_WRONG';
  return <ErrorNotice error={isWrong ? { ...error, title: t('passwordWrong'), advice: t('passwordAgain') } : error} />;
}
