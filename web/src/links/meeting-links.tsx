import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useEncryption } from '../encryption/use-encryption.ts';
import { LinksDialog } from './links-dialog.tsx';

/** For hosts and cohosts: the links to the meeting that they are in, by role. */
export function MeetingLinks({ meeting, view, onClose }: { meeting: Meeting; view: MeetingView; onClose: () => void }) {
  const { on: encrypted } = useEncryption(meeting);
  return (
    <LinksDialog
      meetingId={view.mainMeetingId}
      source={meeting.links}
      mayRevoke={view.self.role === Role.HOST}
      encrypted={encrypted}
      onClose={onClose}
    />
  );
}
