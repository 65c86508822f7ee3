import type { Meeting, MeetingView } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { SidePanel } from '../design/side-panel.tsx';
import { isManager } from '../moderation/use-moderation.ts';
import { ChooseRoom } from './choose-room.tsx';
import { CreateRooms } from './create-rooms.tsx';
import { ManageRooms } from './manage-rooms.tsx';
import { useBreakouts } from './use-breakouts.ts';

export interface BreakoutsPanelProps {
  meeting: Meeting;
  view: MeetingView;
  onClose: () => void;
  onError: (error: unknown) => void;
}

export function BreakoutsPanel({ meeting, view, onClose, onError }: BreakoutsPanelProps) {
  const { t } = useTranslation('breakouts');
  const breakouts = useBreakouts(meeting);
  const act = (work: Promise<void>) => void work.catch(onError);
  return (
    <SidePanel title={t('title')} onClose={onClose}>
      {!isManager(view) ? (
        <ChooseRoom meeting={meeting} breakouts={breakouts} act={act} />
      ) : breakouts.phase === 'none' ? (
        <CreateRooms meeting={meeting} act={act} />
      ) : (
        <ManageRooms meeting={meeting} breakouts={breakouts} act={act} />
      )}
    </SidePanel>
  );
}
