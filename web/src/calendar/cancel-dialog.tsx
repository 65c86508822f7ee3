import type { CalendarEntry } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { api } from '../lib/api.ts';
import { useAction } from '../lib/use-action.ts';

export function CancelDialog({
  entry,
  onClose,
  onCancelled,
}: {
  entry: CalendarEntry;
  onClose: () => void;
  onCancelled: () => void;
}) {
  const { t } = useTranslation(['calendar', 'common']);
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
    <Dialog title={t('cancelTitle', { title: title || t('common:untitled') })} onClose={onClose}>
      {error !== null && <ErrorNotice error={error} />}
      <DialogButtons>
        <Button onPress={onClose}>{t('keep')}</Button>
        <Button look="danger" unavailable={busy} onPress={() => void cancel(!isSeries)} data-testid="cancel-one">
          {t('cancelOne')}
        </Button>
        {isSeries && (
          <Button look="danger" unavailable={busy} onPress={() => void cancel(true)} data-testid="cancel-all">
            {t('cancelAll')}
          </Button>
        )}
      </DialogButtons>
    </Dialog>
  );
}
