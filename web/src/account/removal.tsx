import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { api } from '../lib/api.ts';
import { useAction } from './use-action.ts';

export function Removal({ hasPassword, onRemoved }: { hasPassword: boolean; onRemoved: () => void }) {
  const { t } = useTranslation('account');
  const [password, setPassword] = useState('');
  const { busy, error, run } = useAction();

  function submit(event: FormEvent): void {
    event.preventDefault();
    void run(async () => {
      await api.account.remove(hasPassword ? password : undefined);
      onRemoved();
    });
  }

  return (
    <form className={card.card} onSubmit={submit}>
      <h2>{t('remove')}</h2>
      <p>{t('removeText')}</p>
      {error !== null && <ErrorNotice error={error} />}
      {hasPassword && <Text label={t('password')} type="password" value={password} onChange={setPassword} isRequired />}
      <Button look="danger" type="submit" isDisabled={busy}>
        {t('remove')}
      </Button>
    </form>
  );
}
