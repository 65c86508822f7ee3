import type { RecordingInfo } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { useAction } from '../account/use-action.ts';
import dialog from '../calendar/dialog.module.css';
import { Dialog } from '../calendar/dialog.tsx';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { api } from '../lib/api.ts';

export interface DeleteDialogProps {
  recording: RecordingInfo;
  /** What it goes by. */
  title: string;
  onClose: () => void;
}

/** Asks before a recording is gone for good. */
export function DeleteDialog({ recording, title, onClose }: DeleteDialogProps) {
  const { t } = useTranslation('recording');
  const { busy, error, run } = useAction();

  async function remove(): Promise<void> {
    if (await run(() => api.recordings.remove(recording.meetingId, recording.id))) onClose();
  }

  return (
    <Dialog title={t('deleteTitle', { title })} onClose={onClose}>
      <div className={dialog.form}>
        <p>{t('deleteText')}</p>
        {error !== null && <ErrorNotice error={error} />}
        <div className={dialog.buttons}>
          <Button onPress={onClose}>{t('keep')}</Button>
          <Button look="danger" isDisabled={busy} onPress={() => void remove()} data-testid="confirm-delete">
            {t('delete')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
