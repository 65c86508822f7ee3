import type { Meeting } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';

export interface RemovalDialogProps {
  meeting: Meeting;
  person: { id: string; name: string };
  onClose: () => void;
  onError: (error: unknown) => void;
}

/** Asks before somebody is taken out of the meeting, and whether they may come back. */
export function RemovalDialog({ meeting, person, onClose, onError }: RemovalDialogProps) {
  const { t } = useTranslation(['moderation', 'common']);
  const take = (how: 'remove' | 'ban') => () => {
    onClose();
    void meeting.moderation.moderate(person.id, how).catch(onError);
  };
  return (
    <Dialog title={t('removeTitle', { name: person.name })} testId="remove-dialog" onClose={onClose}>
      <p>{t('removeText')}</p>
      <DialogButtons>
        <Button onPress={onClose}>{t('common:cancel')}</Button>
        <Button data-testid="confirm-ban" onPress={take('ban')}>
          {t('ban')}
        </Button>
        <Button look="danger" data-testid="confirm-remove" onPress={take('remove')}>
          {t('remove')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
