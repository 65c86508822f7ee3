import type { Meeting, MeetingView } from '@canopy/client';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { RequestNotice, useNewest } from '../moderation/request-notice.tsx';
import { useBreakouts } from './use-breakouts.ts';

export interface HelpNoticeProps {
  meeting: Meeting;
  view: MeetingView;
  /** The rooms are on view anyway. */
  looking: boolean;
  onLook: () => void;
}

/** Says who asks for help, and in which room; only hosts and cohosts know. */
export function HelpNotice({ meeting, view, looking, onLook }: HelpNoticeProps) {
  const { t } = useTranslation('breakouts');
  const { people, rooms } = useBreakouts(meeting);
  // Who comes back is told of the rooms anew.
  const isKnown = view.media !== 'connecting';
  const asking = useMemo(() => (isKnown ? people.filter(({ asksForHelp }) => asksForHelp) : null), [isKnown, people]);
  const newest = useNewest(asking, view.self.participantId);
  const room = rooms.find(({ id }) => id === newest?.roomId);
  return (
    <RequestNotice
      view={view}
      newestId={newest?.participantId ?? null}
      text={t('helpWanted', { name: newest?.name, room: room?.name })}
      testId="help-notice"
      look={{ label: t('showRooms'), testId: 'show-rooms' }}
      looking={looking}
      onLook={onLook}
    />
  );
}
