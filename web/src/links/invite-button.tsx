import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../design/round-button.tsx';
import { invitationLink } from '../encryption/invitation-link.ts';
import { copyText } from '../lib/clipboard.ts';
import { isManager } from '../moderation/use-moderation.ts';
import { LinksDialog } from './links-dialog.tsx';

/** For hosts and cohosts the links to the meeting by role; for others, and in breakout rooms, its address. */
export function InviteButton({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const [open, setOpen] = useState(false);
  const { t } = useTranslation('links');
  if (!isManager(view) || view.meetingId !== view.mainMeetingId) return <CopyAddress meetingId={view.mainMeetingId} />;
  return (
    <>
      <RoundButton icon="link" label={t('invite')} data-testid="invite" onPress={() => setOpen(true)} />
      {open && (
        <LinksDialog
          meetingId={view.mainMeetingId}
          source={meeting.links}
          mayRevoke={view.self.role === Role.HOST}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function CopyAddress({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('links');
  const [copied, setCopied] = useState(false);

  async function copy(): Promise<void> {
    await copyText(invitationLink(meetingId));
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }

  return (
    <>
      <RoundButton
        icon={copied ? 'check' : 'link'}
        label={t(copied ? 'copied' : 'copyAddress')}
        data-testid="copy-link"
        onPress={() => void copy()}
      />
      <span className="visually-hidden" role="status">
        {copied && t('copied')}
      </span>
    </>
  );
}
