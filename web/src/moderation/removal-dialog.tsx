import type { Meeting } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../design/confirm-dialog.tsx';

/** How somebody is taken out of the meeting: for now, or for good. */
export type Removal = 'remove' | 'ban';

export interface RemovalDialogProps {
  meeting: Meeting;
  person: { id: string; name: string };
  removal: Removal;
  onClose: () => void;
  onError: (error: unknown) => void;
}

/** Asks before somebody is taken out of the meeting. */
export function RemovalDialog({ meeting, person, removal, onClose, onError }: RemovalDialogProps) {
  const { t } = useTranslation(['moderation', 'common']);
  return (
    <ConfirmDialog
      title={t(`${removal}Title`, { name: person.name })}
      text={t(`${removal}Text`)}
      action={t(removal)}
      cancel={t('common:cancel')}
      testId={removal}
      onConfirm={() => void meeting.moderation.moderate(person.id, removal).catch(onError)}
      onClose={onClose}
    />
  );
}
