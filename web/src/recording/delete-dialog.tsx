import type { RecordingInfo } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { api } from '../lib/api.ts';
import { useAction } from '../lib/use-action.ts';

export interface DeleteDialogProps {
  recording: RecordingInfo;
  /** What it goes by. */
  title: string;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before a recording is gone for good. */
export function DeleteDialog({ recording, title, onClose, onDeleted }: DeleteDialogProps) {
  const { t } = useTranslation('recording');
  const { busy, error, run } = useAction();

  async function remove(): Promise<void> {
    if (!(await run(() => api.recordings.remove(recording.meetingId, recording.id)))) return;
    onClose();
    onDeleted();
  }

  return (
    <Dialog title={t('deleteTitle', { title })} onClose={onClose}>
      <p>{t('deleteText')}</p>
      {error !== null && <ErrorNotice error={error} />}
      <DialogButtons>
        <Button onPress={onClose}>{t('keep')}</Button>
        <Button look="danger" unavailable={busy} onPress={() => void remove()} data-testid="confirm-delete">
          {t('delete')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
