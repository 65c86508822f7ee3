import type { Meeting, MeetingView } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../design/round-button.tsx';
import { useOwnHand } from './use-hands.ts';

export interface HandButtonProps {
  meeting: Meeting;
  view: MeetingView;
  onError: (error: unknown) => void;
}

export function HandButton({ meeting, view, onError }: HandButtonProps) {
  const { t } = useTranslation('reactions');
  const { raised, toggle } = useOwnHand(meeting, view, onError);
  return (
    <RoundButton
      icon="hand"
      label={raised ? t('lower') : t('raise')}
      look={raised ? 'active' : 'plain'}
      data-testid="toggle-hand"
      data-on={raised}
      onPress={toggle}
    />
  );
}
