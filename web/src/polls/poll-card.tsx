import { type Meeting, type Poll, PollStatus } from '@canopy/client';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { PollResultsView } from './poll-results.tsx';
import { PollVotes } from './poll-votes.tsx';
import styles from './polls.module.css';
import { VoteForm } from './vote-form.tsx';

export interface PollCardProps {
  meeting: Meeting;
  poll: Poll;
  manages: boolean;
  act: (work: Promise<void>) => void;
}

const statuses = {
  [PollStatus.PREPARED]: 'prepared',
  [PollStatus.OPEN]: 'open',
  [PollStatus.CLOSED]: 'closed',
  [PollStatus.SHARED]: 'shared',
  [PollStatus.UNSPECIFIED]: 'closed',
} as const;

/** One poll: where to vote, how it stands, and for hosts what to do with it next. */
export function PollCard({ meeting, poll, manages, act }: PollCardProps) {
  const { t } = useTranslation('polls');
  const titleId = useId();
  const { id, question, status, anonymous, multiple, results } = poll;
  const isOpen = status === PollStatus.OPEN;
  const about = [t(statuses[status]), anonymous ? t('anonymous') : t('named'), ...(multiple ? [t('several')] : [])];
  return (
    <article className={styles.card} aria-labelledby={titleId} data-testid="poll" data-status={statuses[status]}>
      <h3 id={titleId}>{question}</h3>
      <p className={styles.hint}>{about.join(' · ')}</p>
      {isOpen && <VoteForm meeting={meeting} poll={poll} titleId={titleId} act={act} />}
      {results !== undefined && <PollResultsView poll={poll} results={results} />}
      {results === undefined && !isOpen && <ul className={styles.plain}>{optionsOf(poll)}</ul>}
      {manages && !anonymous && status !== PollStatus.PREPARED && <PollVotes meeting={meeting} poll={poll} act={act} />}
      {manages && (
        <div className={styles.actions}>
          <Step poll={poll} meeting={meeting} act={act} />
          <Button
            aria-label={t('about', { action: t('delete'), question })}
            onPress={() => act(meeting.polls.delete(id))}
            data-testid="delete-poll"
          >
            {t('delete')}
          </Button>
        </div>
      )}
    </article>
  );
}

function optionsOf({ options }: Poll) {
  return options.map((option) => <li key={option}>{option}</li>);
}

/** What comes next for a poll, if anything does. */
function Step({ meeting: { polls }, poll: { id, status, question }, act }: Omit<PollCardProps, 'manages'>) {
  const { t } = useTranslation('polls');
  const step =
    status === PollStatus.PREPARED
      ? { label: t('openPoll'), take: () => polls.open(id) }
      : status === PollStatus.OPEN
        ? { label: t('closePoll'), take: () => polls.close(id) }
        : status === PollStatus.CLOSED
          ? { label: t('share'), take: () => polls.share(id) }
          : undefined;
  if (step === undefined) return null;
  return (
    <Button
      look="primary"
      aria-label={t('about', { action: step.label, question })}
      onPress={() => act(step.take())}
      data-testid="poll-step"
    >
      {step.label}
    </Button>
  );
}
