import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../design/round-button.tsx';
import { invitationLink } from '../encryption/invitation-link.ts';
import { useEncryption } from '../encryption/use-encryption.ts';
import { useCopied } from '../lib/use-copied.ts';
import { isManager } from '../moderation/use-moderation.ts';
import { LinksDialog } from './links-dialog.tsx';

/** For hosts and cohosts the links to the meeting by role; for others, and in breakout rooms, its address. */
export function InviteButton({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const [open, setOpen] = useState(false);
  const { t } = useTranslation('links');
  const { on: encrypted } = useEncryption(meeting);
  if (!isManager(view) || view.meetingId !== view.mainMeetingId) return <CopyAddress meetingId={view.mainMeetingId} />;
  return (
    <>
      <RoundButton icon="link" label={t('invite')} data-testid="invite" onPress={() => setOpen(true)} />
      {open && (
        <LinksDialog
          meetingId={view.mainMeetingId}
          source={meeting.links}
          mayRevoke={view.self.role === Role.HOST}
          encrypted={encrypted}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function CopyAddress({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation(['links', 'common']);
  const [copied, copy] = useCopied();
  const news = { no: '', yes: t('common:copied'), refused: t('common:copyRefused') }[copied];
  return (
    <>
      <RoundButton
        icon={copied === 'yes' ? 'check' : 'link'}
        label={news === '' ? t('copyAddress') : news}
        data-testid="copy-link"
        onPress={() => copy(invitationLink(meetingId))}
      />
      <span className="visually-hidden" role="status">
        {news}
      </span>
    </>
  );
}
