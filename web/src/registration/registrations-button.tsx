import type { Registration } from '@canopy/client';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { api } from '../lib/api.ts';
import { useAction } from '../lib/use-action.ts';
import { useResource } from '../lib/use-resource.ts';
import styles from './registration.module.css';

/** How many registered for a webinar, and who, for whom it belongs to. */
export function RegistrationsButton({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('registration');
  const [open, setOpen] = useState(false);
  const [looks, setLooks] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another look is what loads again
  const load = useCallback(() => api.registrations.list(meetingId, { limit: 1 }), [meetingId, looks]);
  const loaded = useResource(load);

  function close(): void {
    setOpen(false);
    setLooks((count) => count + 1);
  }

  return (
    <>
      <Button onPress={() => setOpen(true)} data-testid="registrations">
        {loaded.status === 'ready' ? <Count taken={loaded.value.count} limit={loaded.value.limit} /> : t('list')}
      </Button>
      {open && <RegistrationsDialog meetingId={meetingId} onClose={close} />}
    </>
  );
}

function Count({ taken, limit }: { taken: number; limit: number | null }) {
  const { t } = useTranslation('registration');
  return limit === null ? t('listOf', { taken }) : t('listOfLimit', { taken, limit });
}

function RegistrationsDialog({ meetingId, onClose }: { meetingId: string; onClose: () => void }) {
  const { t } = useTranslation('registration');
  const load = useCallback(() => api.registrations.list(meetingId), [meetingId]);
  const first = useResource(load);
  const [further, setFurther] = useState<{ people: readonly Registration[]; next: string | null } | null>(null);
  const [cancelled, setCancelled] = useState<ReadonlySet<string>>(new Set());
  const { busy, error, run } = useAction();
  const known = first.status === 'ready' ? first.value : null;
  const all = [...(known?.registrations ?? []), ...(further?.people ?? [])];
  const people = all.filter(({ id }) => !cancelled.has(id));
  const next = further === null ? (known?.nextCursor ?? null) : further.next;

  const cancel = ({ id }: Registration) =>
    void run(async () => {
      await api.registrations.cancel(meetingId, id);
      setCancelled((before) => new Set(before).add(id));
    });

  const loadMore = (cursor: string) =>
    void run(async () => {
      const page = await api.registrations.list(meetingId, { cursor });
      setFurther((before) => ({ people: [...(before?.people ?? []), ...page.registrations], next: page.nextCursor }));
    });

  return (
    <Dialog title={t('list')} onClose={onClose}>
      {first.status === 'loading' && <Loading />}
      {first.status === 'failed' && <ErrorNotice error={first.error} onRetry={first.retry} />}
      {error !== null && <ErrorNotice error={error} />}
      {known !== null && people.length === 0 && next === null && <p>{t('none')}</p>}
      <ul className={styles.people} data-testid="registered">
        {people.map((person) => (
          <li key={person.id} className={styles.person}>
            <div>
              <strong>{person.name}</strong>
              <span className={styles.hint}>{person.email}</span>
            </div>
            <Button
              unavailable={busy}
              aria-label={t('cancelName', { name: person.name })}
              data-testid="cancel-registration"
              onPress={() => cancel(person)}
            >
              {t('cancel')}
            </Button>
          </li>
        ))}
      </ul>
      <DialogButtons>
        {next !== null && (
          <Button unavailable={busy} onPress={() => loadMore(next)}>
            {t('more')}
          </Button>
        )}
        <Button onPress={onClose}>{t('close', { ns: 'common' })}</Button>
      </DialogButtons>
    </Dialog>
  );
}
