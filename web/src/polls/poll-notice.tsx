import type { Meeting } from '@canopy/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { isWaiting, newest, type PollNews } from './poll-news.ts';
import { usePolls } from './use-polls.ts';

export interface PollNoticeProps {
  meeting: Meeting;
  /** The panel is open: nothing need be said. */
  looking: boolean;
  onLook: () => void;
}

/** Says that a poll was opened, or its results are shared, until somebody looks, says no, or it is closed or gone. */
export function PollNotice({ meeting, looking, onLook }: PollNoticeProps) {
  const { t } = useTranslation(['polls', 'common']);
  const [news, setNews] = useState<PollNews | null>(null);
  const poll = usePolls(meeting).find(({ id }) => id === news?.pollId);
  const asks = news?.what === 'opened';

  useEffect(() => {
    const { polls } = meeting;
    const hear = (what: PollNews['what']) =>
      polls.events.on(what, ({ id: pollId }) =>
        setNews((before) => newest(before, { pollId, what }, polls.view.polls)),
      );
    const stops = [hear('opened'), hear('shared')];
    return () => {
      for (const stop of stops) stop();
    };
  }, [meeting]);
  useEffect(() => {
    if (looking && news !== null) setNews(null);
  }, [looking, news]);

  return (
    <div role="status">
      {poll !== undefined && (!asks || isWaiting(poll)) && !looking && (
        <Notice
          testId="poll-notice"
          actions={
            <>
              <Button onPress={() => setNews(null)}>{t('common:dismiss')}</Button>
              <Button look="primary" onPress={onLook} data-testid="poll-look">
                {t(asks ? 'look' : 'show')}
              </Button>
            </>
          }
        >
          <strong>{t(asks ? 'opened' : 'resultsOf')}</strong>
          <span>{poll.question}</span>
        </Notice>
      )}
    </div>
  );
}
