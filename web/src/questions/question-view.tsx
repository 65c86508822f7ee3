import { type Meeting, type Question, QuestionStatus } from '@canopy/client';
import { MenuTrigger, ToggleButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../design/icon.tsx';
import { IconButton } from '../design/icon-button.tsx';
import { Menu, MenuItem } from '../design/menu.tsx';
import { regional } from '../i18n/regional.ts';
import { cx } from '../lib/cx.ts';
import styles from './questions.module.css';

export interface QuestionViewProps {
  meeting: Meeting;
  question: Question;
  canVote: boolean;
  onStage: boolean;
  act: (work: Promise<void>) => void;
  /** Somebody wants to answer it in text. */
  onAnswer: () => void;
}

export function QuestionView({ meeting: { questions }, question, canVote, onStage, act, onAnswer }: QuestionViewProps) {
  const { t, i18n } = useTranslation('questions');
  const { id, text, votes, voted, mine, askedAtMs } = question;
  const time = new Intl.DateTimeFormat(regional(i18n.language), { timeStyle: 'short' }).format(askedAtMs);
  return (
    <li className={styles.question} data-testid="question">
      <ToggleButton
        className={cx(styles.vote)}
        isSelected={voted}
        isDisabled={!canVote}
        onChange={(on) => act(questions.vote(id, on))}
        aria-label={t('votes', { count: votes })}
        data-testid="vote"
      >
        <Icon name={voted ? 'check' : 'up'} size={16} />
        <span data-testid="votes">{votes}</span>
      </ToggleButton>
      <article className={styles.body}>
        <header className={styles.about}>
          <b>{useAsker(question)}</b>
          <time dateTime={new Date(askedAtMs).toISOString()}>{time}</time>
        </header>
        <p className={styles.text}>{text}</p>
        <Answer question={question} />
      </article>
      {(onStage || mine) && (
        <MenuTrigger>
          <IconButton icon="dots" label={t('actions')} data-testid="question-actions" />
          <Menu label={t('actions')}>
            {onStage && question.status !== QuestionStatus.ANSWERING && (
              <MenuItem onAction={() => act(questions.answerLive(id))}>{t('answerLive')}</MenuItem>
            )}
            {onStage && <MenuItem onAction={onAnswer}>{t('answerText')}</MenuItem>}
            {onStage && question.status !== QuestionStatus.ANSWERED && (
              <MenuItem onAction={() => act(questions.answer(id))}>{t('done')}</MenuItem>
            )}
            {onStage && question.status !== QuestionStatus.OPEN && (
              <MenuItem onAction={() => act(questions.reopen(id))}>{t('reopen')}</MenuItem>
            )}
            {onStage && question.status !== QuestionStatus.DISMISSED && (
              <MenuItem onAction={() => act(questions.dismiss(id))}>{t('dismiss')}</MenuItem>
            )}
            {mine && (
              <MenuItem danger onAction={() => act(questions.withdraw(id))}>
                {t('withdraw')}
              </MenuItem>
            )}
          </Menu>
        </MenuTrigger>
      )}
    </li>
  );
}

function useAsker({ askerName: name, mine }: Question): string {
  const { t } = useTranslation('questions');
  if (name === '') return mine ? t('anonymousYou') : t('anonymous');
  return mine ? t('you', { name }) : name;
}

function Answer({ question: { status, answer, answeredBy: name } }: { question: Question }) {
  const { t } = useTranslation('questions');
  if (status === QuestionStatus.ANSWERING)
    return name === '' ? null : <p className={styles.answering}>{t('answersNow', { name })}</p>;
  if (answer !== '') {
    return (
      <blockquote className={styles.answer}>
        <cite>{name === '' ? t('answerOfHost') : t('answerOf', { name })}</cite>
        <p className={styles.text}>{answer}</p>
      </blockquote>
    );
  }
  return status === QuestionStatus.ANSWERED ? <p className={styles.hint}>{t('answeredAloud')}</p> : null;
}
