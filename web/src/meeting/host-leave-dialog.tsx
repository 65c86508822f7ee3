import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import type { HostLeaving } from './host-leaving.ts';

export interface HostLeaveDialogProps {
  leaving: HostLeaving;
  onLeave: () => void;
  onHandOver: (participantId: string) => void;
  onEnd: () => void;
  onClose: () => void;
}

/** Asks the only host of a meeting what becomes of those who stay. */
export function HostLeaveDialog({ leaving, onLeave, onHandOver, onEnd, onClose }: HostLeaveDialogProps) {
  const { t } = useTranslation('meeting');
  const { heirs, hasSuccessor } = leaving;
  const [chosen, setChosen] = useState<string>();
  // Who was chosen may have gone meanwhile.
  const heir = heirs.find(({ id }) => id === chosen) ?? heirs[0];
  return (
    <Dialog title={t('leaveTitle')} wide testId="host-leave-dialog" onClose={onClose}>
      <p>{t(hasSuccessor ? 'cohostFollows' : 'nobodyFollows')}</p>
      {heir !== undefined && (
        <Select
          label={t('handOverTo')}
          icon={<Icon name="people" size={18} />}
          value={heir.id}
          onChange={(event) => setChosen(event.target.value)}
          data-testid="heir"
        >
          {heirs.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
      <DialogButtons>
        <Button onPress={onClose}>{t('stay')}</Button>
        <Button look="danger" data-testid="leave-and-end" onPress={onEnd}>
          {t('endForAll')}
        </Button>
        <Button data-testid="just-leave" onPress={onLeave}>
          {t('justLeave')}
        </Button>
        {heir !== undefined && (
          <Button look="primary" data-testid="hand-over" onPress={() => onHandOver(heir.id)}>
            {t('handOver')}
          </Button>
        )}
      </DialogButtons>
    </Dialog>
  );
}
