import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { Text } from '../design/field.tsx';
import { api } from '../lib/api.ts';
import { useAction } from '../lib/use-action.ts';
import { PasswordError } from './password-error.tsx';
import styles from './removal.module.css';

export interface RemovalProps {
  /** It is asked for once more. */
  hasPassword: boolean;
  onRemoved: () => void;
}

/** Deletes the account, after asking. */
export function Removal({ hasPassword, onRemoved }: RemovalProps) {
  const { t } = useTranslation('account');
  const [asking, setAsking] = useState(false);
  return (
    <section className={card.card}>
      <h2>{t('remove')}</h2>
      <p>{t('removeText')}</p>
      <Button onPress={() => setAsking(true)} data-testid="remove-account">
        {t('remove')}
      </Button>
      {asking && <RemovalDialog hasPassword={hasPassword} onRemoved={onRemoved} onClose={() => setAsking(false)} />}
    </section>
  );
}

function RemovalDialog({ hasPassword, onRemoved, onClose }: RemovalProps & { onClose: () => void }) {
  const { t } = useTranslation(['account', 'common']);
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
    <Dialog title={t('removeTitle')} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <p>{t('removeText')}</p>
        {error !== null && <PasswordError error={error} />}
        {hasPassword && (
          <Text
            label={t('password')}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
            isRequired
          />
        )}
        <DialogButtons>
          <Button onPress={onClose}>{t('common:cancel')}</Button>
          <Button look="danger" type="submit" unavailable={busy} data-testid="confirm-remove-account">
            {t('remove')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
