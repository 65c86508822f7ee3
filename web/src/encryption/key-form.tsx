import { type Meeting, shortestPassphrase } from '@canopy/client';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { type HumanError, humanError } from '../lib/error-texts.ts';
import styles from './encryption.module.css';
import { dropKeyFromAddress } from './invitation-link.ts';

/** Takes the key of the meeting, or the passphrase people agreed on. */
export function KeyForm({ meeting, onDone }: { meeting: Meeting; onDone?: () => void }) {
  const { t } = useTranslation('encryption');
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<HumanError | null>(null);

  async function use(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await meeting.encryption.setKey(key);
      dropKeyFromAddress();
      setKey('');
      onDone?.();
    } catch (cause) {
      setError(humanError(cause));
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void use();
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
        isDisabled={busy || key.trim().length < shortestPassphrase}
        data-testid="use-encryption-key"
      >
        {t('useKey')}
      </Button>
    </form>
  );
}
