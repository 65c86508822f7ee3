import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Message } from '../design/message.tsx';
import { regional } from '../i18n/regional.ts';
import { apiFor } from '../lib/api.ts';
import { inFull } from '../lib/format.ts';
import type { MeetingFacts } from '../meeting/participation.ts';

const lookEveryMs = 15_000;

/** For a guest who is early: when the meeting starts. Opens it when that may be, also if its time changes. */
export function NotYet({
  meetingId,
  facts,
  onOpen,
}: {
  meetingId: string;
  facts: MeetingFacts & { opensAt: string };
  onOpen: () => void;
}) {
  const { t, i18n } = useTranslation('calendar');
  const { opensAt, startTime, title, invitation } = facts;
  useEffect(() => {
    const look = async () => {
      const now = await apiFor(invitation)
        .getInvitation(meetingId)
        .catch(() => null); // Asked again soon.
      if (now !== null && (now.opensAt !== opensAt || now.status === 'ended')) onOpen();
    };
    const looking = setInterval(() => void look(), lookEveryMs);
    // Timers take 24 days at most.
    const opening = setTimeout(onOpen, Math.min(Date.parse(opensAt) - Date.now() + 500, 2 ** 31 - 1));
    return () => {
      clearInterval(looking);
      clearTimeout(opening);
    };
  }, [meetingId, invitation, opensAt, onOpen]);
  const when = inFull(startTime ?? opensAt);
  const from = new Intl.DateTimeFormat(regional(i18n.language), { timeStyle: 'short' }).format(new Date(opensAt));
  return (
    <Message title={title || t('notYet')} text={t('startsAt', { when, from })}>
      <p data-testid="not-yet">{t('notYetHint')}</p>
    </Message>
  );
}
