import type { CalendarEntry } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { useAction } from '../account/use-action.ts';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { api } from '../lib/api.ts';
import styles from './dialog.module.css';
import { Dialog } from './dialog.tsx';

export function CancelDialog({
  entry,
  onClose,
  onCancelled,
}: {
  entry: CalendarEntry;
  onClose: () => void;
  onCancelled: () => void;
}) {
  const { t } = useTranslation('calendar');
  const { busy, error, run } = useAction();
  const { schedule, meetingId, title } = entry;
  const isSeries = schedule.recurrence !== null;

  async function cancel(all: boolean): Promise<void> {
    const done = await run(() =>
      all ? api.schedules.cancel(schedule.id) : api.schedules.cancelMeeting(schedule.id, meetingId),
    );
    if (done) onCancelled();
  }

  return (
    <Dialog title={t('cancelTitle', { title: title || t('meeting') })} onClose={onClose}>
      <div className={styles.form}>
        {error !== null && <ErrorNotice error={error} />}
        <div className={styles.buttons}>
          <Button onPress={onClose}>{t('keep')}</Button>
          <Button look="danger" isDisabled={busy} onPress={() => void cancel(!isSeries)} data-testid="cancel-one">
            {t('cancelOne')}
          </Button>
          {isSeries && (
            <Button look="danger" isDisabled={busy} onPress={() => void cancel(true)} data-testid="cancel-all">
              {t('cancelAll')}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
