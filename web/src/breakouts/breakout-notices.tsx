import type { Meeting, MeetingView } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { isManager } from '../moderation/use-moderation.ts';

/** What somebody should notice: that they are moved, where they are then, and what a host says to all rooms. */
export function BreakoutNotices({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation(['breakouts', 'common']);
  const [said, setSaid] = useState<{ from: string; text: string } | null>(null);
  const where = useWhere(view);

  const own = isManager(view) ? view.participants.get(view.self.participantId)?.name : undefined;

  useEffect(
    () =>
      meeting.breakouts.events.on('broadcast', (broadcast) => {
        if (broadcast.from !== own) setSaid(broadcast);
      }),
    [meeting, own],
  );

  // What was said was for the rooms.
  // biome-ignore lint/correctness/useExhaustiveDependencies: to be in another meeting is what it is about
  useEffect(() => setSaid(null), [view.meetingId]);

  return (
    <>
      <div role="status">
        {view.arriving === null ? <span className="visually-hidden">{where}</span> : <Notice>{where}</Notice>}
      </div>
      <div role="status">
        {said !== null && (
          <Notice testId="breakout-said" actions={<Button onPress={() => setSaid(null)}>{t('common:dismiss')}</Button>}>
            <strong>{said.from === '' ? t('saidToAllByHost') : t('saidToAll', { name: said.from })}</strong>
            <span>{said.text}</span>
          </Notice>
        )}
      </div>
    </>
  );
}

/** Nothing for who was never moved. */
function useWhere({ arriving, meetingId, mainMeetingId, title }: MeetingView): string {
  const { t } = useTranslation('breakouts');
  const wasMoved = useRef(false);
  if (arriving !== null) {
    wasMoved.current = true;
    return arriving.meetingId === mainMeetingId ? t('movingBack') : t('movingTo', { name: arriving.title });
  }
  if (!wasMoved.current) return '';
  return meetingId === mainMeetingId ? t('arrivedBack') : t('arrived', { name: title });
}
