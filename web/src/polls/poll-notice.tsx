import type { Meeting } from '@canopy/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { isWaiting, usePolls } from './use-polls.ts';

export interface PollNoticeProps {
  meeting: Meeting;
  /** The panel is open: nothing need be said. */
  looking: boolean;
  onLook: () => void;
}

/** Says that a poll was opened, until somebody looks, says no, or it is closed. */
export function PollNotice({ meeting, looking, onLook }: PollNoticeProps) {
  const { t } = useTranslation(['polls', 'common']);
  const [openedId, setOpenedId] = useState<string | null>(null);
  const poll = usePolls(meeting).find(({ id }) => id === openedId);

  useEffect(() => meeting.polls.events.on('opened', ({ id }) => setOpenedId(id)), [meeting]);
  useEffect(() => {
    if (looking && openedId !== null) setOpenedId(null);
  }, [looking, openedId]);

  return (
    <div role="status">
      {poll !== undefined && isWaiting(poll) && !looking && (
        <Notice
          testId="poll-notice"
          actions={
            <>
              <Button onPress={() => setOpenedId(null)}>{t('common:dismiss')}</Button>
              <Button look="primary" onPress={onLook} data-testid="poll-look">
                {t('look')}
              </Button>
            </>
          }
        >
          <strong>{t('opened')}</strong>
          <span>{poll.question}</span>
        </Notice>
      )}
    </div>
  );
}
