import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Page } from '../design/page.tsx';
import { api } from '../lib/api.ts';
import { useAction } from '../lib/use-action.ts';
import styles from './account.module.css';
import { NewPassword } from './new-password.tsx';

/** `/reset#token`: a new password for who was given such a link. */
export default function ResetPage() {
  const { t } = useTranslation('account');
  // The address keeps the token until it was used: the page may be loaded anew.
  const token = location.hash.slice(1);
  const [password, setPassword] = useState('');
  const [done, setDone] = useState(false);
  const { busy, error, run } = useAction();

  function submit(event: FormEvent): void {
    event.preventDefault();
    void run(async () => {
      await api.account.resetPassword(token, password);
      history.replaceState(null, '', '/reset');
      setDone(true);
    });
  }

  return (
    <Page title={t('setPassword')} width="narrow">
      {done || token === '' ? (
        <div className={card.card}>
          <p role="status" data-testid="reset-result">
            {t(done ? 'passwordSet' : 'linkIncomplete')}
          </p>
          <a className={styles.link} href="/account">
            {t('signIn')}
          </a>
        </div>
      ) : (
        <form className={card.card} onSubmit={submit}>
          <p>{t('setPasswordText')}</p>
          {error !== null && <ErrorNotice error={error} />}
          <NewPassword value={password} onChange={setPassword} testId="reset-password" />
          <Button look="primary" type="submit" wide unavailable={busy} data-testid="reset-submit">
            {t('setPassword')}
          </Button>
        </form>
      )}
    </Page>
  );
}
