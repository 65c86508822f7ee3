import { type Webhook, type WebhookEventType, webhookEventTypes } from '@canopy/client';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Check } from '../design/check.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { api } from '../lib/api.ts';
import { useAction } from '../lib/use-action.ts';
import styles from './webhooks.module.css';

export interface WebhookFormProps {
  /** With the secret, which is told this once. */
  onAdded: (webhook: Webhook & { secret: string }) => void;
}

/** Where to tell something, and what. */
export function WebhookForm({ onAdded }: WebhookFormProps) {
  const { t } = useTranslation('webhooks');
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<ReadonlySet<WebhookEventType>>(new Set());
  const { busy, error, run } = useAction();

  function choose(type: WebhookEventType, on: boolean): void {
    setEvents(new Set(webhookEventTypes.filter((each) => (each === type ? on : events.has(each)))));
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void run(async () => {
      onAdded(await api.webhooks.create(url.trim(), [...events]));
      setUrl('');
      setEvents(new Set());
    });
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      {error !== null && <ErrorNotice error={error} />}
      <Text
        label={t('address')}
        description={t('addressHint')}
        type="url"
        autoComplete="off"
        value={url}
        onChange={setUrl}
        maxLength={2000}
        isRequired
        testId="webhook-url"
      />
      <details className={styles.events}>
        <summary data-testid="webhook-events">
          {events.size === 0 ? t('everything') : t('some', { count: events.size })}
        </summary>
        <fieldset>
          <legend className="visually-hidden">{t('which')}</legend>
          {webhookEventTypes.map((type) => (
            <Check
              key={type}
              label={type}
              on={events.has(type)}
              testId={`webhook-event-${type}`}
              onChange={(on) => choose(type, on)}
            />
          ))}
        </fieldset>
      </details>
      <Button type="submit" unavailable={busy} data-testid="webhook-add">
        {t('add')}
      </Button>
    </form>
  );
}
