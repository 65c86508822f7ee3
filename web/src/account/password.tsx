import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { Text } from '../design/field.tsx';
import { api } from '../lib/api.ts';
import { useAction } from '../lib/use-action.ts';
import { NewPassword } from './new-password.tsx';
import { PasswordError } from './password-error.tsx';

export function Password() {
  const { t } = useTranslation('account');
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [done, setDone] = useState(false);
  const { busy, error, run } = useAction();

  function submit(event: FormEvent): void {
    event.preventDefault();
    setDone(false);
    void run(async () => {
      await api.account.changePassword(current, next);
      setDone(true);
      setCurrent('');
      setNext('');
    });
  }

  return (
    <form className={card.card} onSubmit={submit}>
      <h2>{t('changePassword')}</h2>
      {error !== null && <PasswordError error={error} />}
      <Text
        label={t('currentPassword')}
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        isRequired
      />
      <NewPassword value={next} onChange={setNext} />
      <Button type="submit" unavailable={busy}>
        {t('changePassword')}
      </Button>
      <p role="status">{done && t('passwordChanged')}</p>
    </form>
  );
}
