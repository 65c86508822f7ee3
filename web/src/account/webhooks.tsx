import type { Webhook } from '@canopy/client';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { CopyField } from '../design/copy-field.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { api } from '../lib/api.ts';
import { useResource } from '../lib/use-resource.ts';
import { WebhookEntry } from './webhook-entry.tsx';
import { WebhookForm } from './webhook-form.tsx';
import styles from './webhooks.module.css';

/** Addresses of other programs that are told what happens in one's meetings. */
export function Webhooks() {
  const { t } = useTranslation('webhooks');
  const [looks, setLooks] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another look is what loads again
  const load = useCallback(() => api.webhooks.list(), [looks]);
  const loaded = useResource(load);
  const [added, setAdded] = useState<(Webhook & { secret: string }) | null>(null);
  const lookAgain = () => setLooks((count) => count + 1);

  return (
    <section className={card.card} aria-labelledby="webhooks">
      <h2 id="webhooks">{t('title')}</h2>
      <p className={styles.hint}>{t('intro')}</p>
      {loaded.status === 'loading' && <Loading />}
      {loaded.status === 'failed' && <ErrorNotice error={loaded.error} onRetry={loaded.retry} />}
      {loaded.status === 'ready' && loaded.value.length > 0 && (
        <>
          <ul className={styles.list} data-testid="webhooks">
            {loaded.value.map((webhook) => (
              <WebhookEntry key={webhook.id} webhook={webhook} onRemoved={lookAgain} />
            ))}
          </ul>
          <Button onPress={lookAgain} data-testid="webhooks-refresh">
            {t('refresh')}
          </Button>
        </>
      )}
      <div role="status">
        {added !== null && (
          <div className={styles.secret} data-testid="webhook-added">
            <p>{t('secretOnce')}</p>
            <CopyField label={t('secret')} value={added.secret} testId="webhook-secret" />
          </div>
        )}
      </div>
      <WebhookForm
        onAdded={(webhook) => {
          setAdded(webhook);
          lookAgain();
        }}
      />
    </section>
  );
}
