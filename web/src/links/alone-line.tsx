import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBreakouts } from '../breakouts/use-breakouts.ts';
import { Button } from '../design/button.tsx';
import { CopyButton } from '../design/copy-button.tsx';
import { invitationLink } from '../encryption/invitation-link.ts';
import { isManager, useModeration } from '../moderation/use-moderation.ts';
import styles from './alone-line.module.css';
import { MeetingLinks } from './meeting-links.tsx';

/** Offers whoever is alone in a meeting, and at whose door nobody waits, to invite others. What it opened stays when somebody comes. */
export function AloneLine({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation('links');
  const [open, setOpen] = useState(false);
  const { phase } = useBreakouts(meeting);
  const { waiting } = useModeration(meeting);
  return (
    <>
      {phase !== 'open' && waiting.length === 0 && isAlone(view) && (
        <div className={styles.line} data-testid="alone">
          <p>{t('alone')}</p>
          {isManager(view) ? (
            <Button data-testid="invite-others" onPress={() => setOpen(true)}>
              {t('invite')}
            </Button>
          ) : (
            <CopyButton text={invitationLink(view.mainMeetingId)} label={t('copyAddress')} />
          )}
        </div>
      )}
      {open && <MeetingLinks meeting={meeting} view={view} onClose={() => setOpen(false)} />}
    </>
  );
}

function isAlone({ participants, attendeeCount, self }: MeetingView): boolean {
  return self.role !== Role.ATTENDEE && participants.size === 1 && attendeeCount === 0;
}
