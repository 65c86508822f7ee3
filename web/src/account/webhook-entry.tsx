import type { Webhook, WebhookDelivery } from '@canopy/client';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { ConfirmDialog } from '../design/confirm-dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { regional } from '../i18n/regional.ts';
import { api } from '../lib/api.ts';
import { cx } from '../lib/cx.ts';
import { useAction } from '../lib/use-action.ts';
import { useResource } from '../lib/use-resource.ts';
import styles from './webhooks.module.css';

export interface WebhookEntryProps {
  webhook: Webhook;
  onRemoved: () => void;
}

/** One address: what it hears of, and what became of the latest message to it. */
export function WebhookEntry({ webhook: { id, url, events }, onRemoved }: WebhookEntryProps) {
  const { t } = useTranslation('webhooks');
  const [removing, setRemoving] = useState(false);
  const [looks, setLooks] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another look is what loads again
  const load = useCallback(async () => (await api.webhooks.deliveries(id)).at(0), [id, looks]);
  const latest = useResource(load);
  const { busy, error, run } = useAction();
  const delivery = latest.status === 'ready' ? latest.value : undefined;
  const failed = delivery !== undefined && delivery.status !== 'delivered' && delivery.attempts.length > 0;

  async function sendAgain({ id: deliveryId }: WebhookDelivery): Promise<void> {
    if (await run(() => api.webhooks.replay(id, deliveryId))) setLooks((count) => count + 1);
  }

  async function remove(): Promise<void> {
    if (await run(() => api.webhooks.remove(id))) onRemoved();
  }

  return (
    <li className={styles.webhook} data-testid="webhook">
      <strong>{url}</strong>
      <span className={styles.hint}>{events.length === 0 ? t('everything') : events.join(', ')}</span>
      {latest.status === 'failed' && <ErrorNotice error={latest.error} onRetry={latest.retry} />}
      {latest.status === 'ready' && (
        <p
          className={cx(styles.latest, failed && styles.failed)}
          data-testid="webhook-latest"
          data-status={delivery?.status ?? 'none'}
        >
          {delivery === undefined ? t('nothingYet') : <Latest delivery={delivery} />}
        </p>
      )}
      {error !== null && <ErrorNotice error={error} />}
      <div className={styles.actions}>
        {failed && (
          <Button unavailable={busy} onPress={() => void sendAgain(delivery)} data-testid="webhook-again">
            {t('again')}
          </Button>
        )}
        <Button
          unavailable={busy}
          aria-label={t('removeName', { url })}
          onPress={() => setRemoving(true)}
          data-testid="webhook-remove"
        >
          {t('remove')}
        </Button>
      </div>
      {removing && (
        <ConfirmDialog
          title={t('removeTitle')}
          text={t('removeText', { url })}
          action={t('remove')}
          cancel={t('cancel', { ns: 'common' })}
          testId="webhook-removal"
          onConfirm={() => void remove()}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}

/** When it arrived, or why not, and what comes next. */
function Latest({ delivery: { type, status, createdAt, nextAttemptAt, attempts } }: { delivery: WebhookDelivery }) {
  const { t, i18n } = useTranslation('webhooks');
  const last = attempts.at(-1);
  const format = new Intl.DateTimeFormat(regional(i18n.language), { dateStyle: 'medium', timeStyle: 'medium' });
  const when = (iso: string) => format.format(new Date(iso));
  if (last === undefined) return t('underWay', { type, when: when(createdAt) });
  if (status === 'delivered') return t('delivered', { type, when: when(last.at) });
  const why = last.httpStatus === null ? (last.error ?? '') : t('answered', { status: last.httpStatus });
  const failed = t('notDelivered', { type, when: when(last.at), why });
  return nextAttemptAt === null
    ? `${failed} ${t('givenUp')}`
    : `${failed} ${t('nextAttempt', { when: when(nextAttemptAt) })}`;
}
