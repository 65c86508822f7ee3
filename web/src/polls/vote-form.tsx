import type { Meeting, Poll } from '@canopy/client';
import { useState } from 'react';
import { Checkbox, CheckboxGroup, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Icon } from '../design/icon.tsx';
import { cx } from '../lib/cx.ts';
import styles from './polls.module.css';

export interface VoteFormProps {
  meeting: Meeting;
  poll: Poll;
  titleId: string;
  act: (work: Promise<void>) => void;
}

/** What one may choose; a vote can be changed while the poll is open. */
export function VoteForm({ meeting: { polls }, poll, titleId, act }: VoteFormProps) {
  const { t } = useTranslation('polls');
  const { id, options, multiple, ownChoices } = poll;
  const [chosen, setChosen] = useState(() => ownChoices.map(String));
  const hasVoted = ownChoices.length > 0;
  const isNew = !hasVoted || [...chosen].sort().join() !== ownChoices.map(String).sort().join();
  const mayVote = chosen.length > 0 && isNew;
  return (
    <form
      className={styles.vote}
      onSubmit={(event) => {
        event.preventDefault();
        if (mayVote) act(polls.vote(id, chosen.map(Number)));
      }}
    >
      {multiple ? (
        <CheckboxGroup className={cx(styles.choices)} aria-labelledby={titleId} value={chosen} onChange={setChosen}>
          {options.map((option, index) => (
            <Checkbox key={option} className={cx(styles.choice)} value={String(index)} data-testid="choice">
              <Mark on={chosen.includes(String(index))} />
              <span>{option}</span>
            </Checkbox>
          ))}
        </CheckboxGroup>
      ) : (
        <RadioGroup
          className={cx(styles.choices)}
          aria-labelledby={titleId}
          value={chosen[0] ?? null}
          onChange={(value) => setChosen([value])}
        >
          {options.map((option, index) => (
            <Radio key={option} className={cx(styles.choice)} value={String(index)} data-testid="choice">
              <Mark on={chosen[0] === String(index)} round />
              <span>{option}</span>
            </Radio>
          ))}
        </RadioGroup>
      )}
      <Button type="submit" look="primary" unavailable={!mayVote} data-testid="vote-in-poll">
        {hasVoted ? t('changeVote') : t('vote')}
      </Button>
      <p className={styles.hint} role="status">
        {hasVoted && !isNew && t('voted')}
      </p>
    </form>
  );
}

function Mark({ on, round = false }: { on: boolean; round?: boolean }) {
  return (
    <span className={cx(styles.mark, round && styles.round)} aria-hidden="true">
      {on && <Icon name="check" size={14} />}
    </span>
  );
}
