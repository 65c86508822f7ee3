import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { useAction } from '../lib/use-action.ts';
import { tryKey } from './operator.ts';

/** Asks for the key, and takes it only if it is good. */
export function KeyForm({ onKey }: { onKey: (key: string) => void }) {
  const { t } = useTranslation('operators');
  const [key, setKey] = useState('');
  const { busy, error, run } = useAction();

  function submit(event: FormEvent): void {
    event.preventDefault();
    const given = key.trim();
    void run(async () => {
      await tryKey(given);
      onKey(given);
    });
  }

  return (
    <form className={card.card} onSubmit={submit}>
      <h2>{t('signInTitle')}</h2>
      <p>{t('signInText')}</p>
      {error !== null && (
        <ErrorNotice error={refused(error.code) ? { ...error, title: t('keyWrong'), advice: t('keyAdvice') } : error} />
      )}
      <Text
        label={t('apiKey')}
        type="password"
        autoComplete="off"
        value={key}
        onChange={setKey}
        isRequired
        testId="operator-key"
      />
      <Button type="submit" look="primary" unavailable={busy} data-testid="operator-enter">
        {t('enter')}
      </Button>
    </form>
  );
}

/** Elsewhere these speak of meetings. */
function refused(code: string): boolean {
  return code === 'TOKEN_INVALID' || code === 'FORBIDDEN';
}
