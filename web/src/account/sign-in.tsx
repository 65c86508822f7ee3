import { type Account, longestName } from '@canopy/client';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { api } from '../lib/api.ts';
import { useConfig } from '../lib/config.tsx';
import { type HumanError, humanErrorOf } from '../lib/error-texts.ts';
import { useAction } from '../lib/use-action.ts';
import styles from './account.module.css';

/** Signing in, or making an account where that is allowed. */
export function SignIn({ onSignedIn }: { onSignedIn: (account: Account) => Promise<void> }) {
  const { t, i18n } = useTranslation('account');
  const config = useConfig();
  const [isNew, setNew] = useState(false);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { busy, error, run } = useAction();
  const [failed] = useState(failedElsewhere);
  const shown = error ?? failed;
  const { signUp, signInWith } = config.status === 'ready' ? config.value : { signUp: false, signInWith: null };

  function submit(event: FormEvent): void {
    event.preventDefault();
    void run(async () => {
      const language = i18n.language;
      await onSignedIn(
        isNew
          ? await api.account.signUp({ name, email, password, language })
          : await api.account.signIn(email, password),
      );
    });
  }

  return (
    <form className={card.card} onSubmit={submit}>
      <h2>{isNew ? t('signUpTitle') : t('signInTitle')}</h2>
      {shown !== null && <ErrorNotice error={shown} />}
      {isNew && (
        <Text
          label={t('name')}
          autoComplete="name"
          value={name}
          onChange={setName}
          maxLength={longestName}
          isRequired
          testId="account-name"
        />
      )}
      <Text
        label={t('email')}
        type="email"
        autoComplete="email"
        value={email}
        onChange={setEmail}
        isRequired
        testId="account-email"
      />
      <Text
        label={t('password')}
        type="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        {...(isNew && { description: t('passwordHint') })}
        minLength={isNew ? 10 : 1}
        value={password}
        onChange={setPassword}
        isRequired
        testId="account-password"
      />
      <Button look="primary" type="submit" wide unavailable={busy} data-testid="account-submit">
        {isNew ? t('signUp') : t('signIn')}
      </Button>
      {!isNew && <p className={styles.hint}>{t('forgotten')}</p>}
      {signInWith !== null && (
        <a className={styles.link} href={`/v1/account/oidc?returnTo=${encodeURIComponent(location.pathname)}`}>
          {t('signInWith', { name: signInWith })}
        </a>
      )}
      {signUp && (
        <Button onPress={() => setNew(!isNew)} data-testid="account-switch">
          {isNew ? t('toSignIn') : t('toSignUp')}
        </Button>
      )}
    </form>
  );
}

/** Why somebody came back from their provider without being signed in. */
function failedElsewhere(): HumanError | null {
  const code = new URLSearchParams(location.search).get('error');
  return code === null ? null : humanErrorOf(code);
}
