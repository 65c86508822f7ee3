import { longestName, type Meeting, type Participant } from '@canopy/client';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { useAction } from '../lib/use-action.ts';
import styles from './moderation.module.css';

export interface RenameDialogProps {
  meeting: Meeting;
  person: Pick<Participant, 'id' | 'name'>;
  onClose: () => void;
}

/** Gives somebody, or whoever opens it themselves, another name in this meeting. */
export function RenameDialog({ meeting, person, onClose }: RenameDialogProps) {
  const { t } = useTranslation(['moderation', 'common']);
  const [name, setName] = useState(person.name);
  const { busy, error, run } = useAction();

  function submit(event: FormEvent): void {
    event.preventDefault();
    void run(async () => {
      await meeting.moderation.rename(person.id, name.trim());
      onClose();
    });
  }

  return (
    <Dialog title={t('renameTitle', { name: person.name })} form testId="rename-dialog" onClose={onClose}>
      <form className={styles.rename} onSubmit={submit}>
        {error !== null && <ErrorNotice error={error} />}
        <Text
          label={t('newName')}
          value={name}
          onChange={setName}
          maxLength={longestName}
          isRequired
          autoFocus
          testId="new-name"
        />
        <DialogButtons>
          <Button onPress={onClose}>{t('common:cancel')}</Button>
          <Button
            look="primary"
            type="submit"
            unavailable={busy}
            isDisabled={name.trim() === ''}
            data-testid="confirm-rename"
          >
            {t('rename')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
