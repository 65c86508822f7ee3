import type { Meeting, Poll, PollVote } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import styles from './polls.module.css';

export interface PollVotesProps {
  meeting: Meeting;
  poll: Poll;
  act: (work: Promise<void>) => void;
}

/** Who chose what, a page at a time, as of when it was asked for. */
export function PollVotes({ meeting: { polls }, poll, act }: PollVotesProps) {
  const { t } = useTranslation('polls');
  const [shown, setShown] = useState<{ votes: readonly PollVote[]; cursor: string } | null>(null);

  async function load(): Promise<void> {
    const { votes, nextCursor } = await polls.votes(poll.id, shown?.cursor);
    setShown({ votes: [...(shown?.votes ?? []), ...votes], cursor: nextCursor });
  }

  return (
    <>
      {shown !== null && (
        <ul className={styles.plain} aria-label={t('showVotes')} data-testid="poll-votes">
          {shown.votes.map(({ participantId, name, choices }) => (
            <li key={participantId}>
              <b>{name}</b>: {choices.map((choice) => poll.options[choice]).join(', ')}
            </li>
          ))}
        </ul>
      )}
      {(shown === null || shown.cursor !== '') && (
        <Button onPress={() => act(load())} data-testid="show-votes">
          {shown === null ? t('showVotes') : t('moreVotes')}
        </Button>
      )}
    </>
  );
}
