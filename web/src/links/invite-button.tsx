import type { Meeting, MeetingView } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../design/round-button.tsx';
import { invitationLink } from '../encryption/invitation-link.ts';
import { useCopied } from '../lib/use-copied.ts';
import { useCloseControls } from '../meeting/more-controls.tsx';
import { isManager } from '../moderation/use-moderation.ts';
import { MeetingLinks } from './meeting-links.tsx';

/** For hosts and cohosts the links to the meeting by role; for others, and in breakout rooms, its address. */
export function InviteButton({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const [open, setOpen] = useState(false);
  const { t } = useTranslation('links');
  const closeControls = useCloseControls();
  if (!isManager(view) || view.meetingId !== view.mainMeetingId) return <CopyAddress meetingId={view.mainMeetingId} />;

  function invite(): void {
    closeControls();
    setOpen(true);
  }

  return (
    <>
      <RoundButton icon="link" label={t('invite')} data-testid="invite" onPress={invite} />
      {open && <MeetingLinks meeting={meeting} view={view} onClose={() => setOpen(false)} />}
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
