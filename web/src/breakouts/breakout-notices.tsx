import type { Meeting, MeetingView } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';

/** What somebody should notice: that they are moved, where they are then, and what a host says to all rooms. */
export function BreakoutNotices({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation(['breakouts', 'common']);
  const [said, setSaid] = useState<{ from: string; text: string } | null>(null);
  const where = useWhere(view);

  useEffect(
    () =>
      meeting.breakouts.events.on('broadcast', ({ own, ...heard }) => {
        if (!own) setSaid(heard);
      }),
    [meeting],
  );

  // What was said was for the rooms.
  useEffect(() => {
    if (view.meetingId === view.mainMeetingId) setSaid(null);
  }, [view.meetingId, view.mainMeetingId]);

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
