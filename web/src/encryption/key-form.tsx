import { type Meeting, shortestPassphrase } from '@canopy/client';
import { type FormEvent, useContext, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { useAction } from '../lib/use-action.ts';
import styles from './encryption.module.css';
import { dropKeyFromAddress } from './invitation-link.ts';
import { KeyContext } from './key-context.ts';

/** Takes the key of the meeting, or the passphrase people agreed on. */
export function KeyForm({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation('encryption');
  const keepKey = useContext(KeyContext);
  const [key, setKey] = useState('');
  const { busy, error, run } = useAction();

  function submit(event: FormEvent): void {
    event.preventDefault();
    void run(async () => {
      await meeting.encryption.setKey(key);
      keepKey(key.trim());
      dropKeyFromAddress();
      setKey('');
    });
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      {error !== null && <ErrorNotice error={error} />}
      <Text
        label={t('key')}
        value={key}
        onChange={setKey}
        autoComplete="off"
        maxLength={256}
        isRequired
        testId="encryption-key"
      />
      <Button
        look="primary"
        type="submit"
        unavailable={busy}
        isDisabled={key.trim().length < shortestPassphrase}
        data-testid="use-encryption-key"
      >
        {t('useKey')}
      </Button>
    </form>
  );
}
