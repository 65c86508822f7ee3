import { type Meeting, type MeetingView, type Question, QuestionStatus, Role } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../design/failure.tsx';
import { Loading } from '../design/loading.tsx';
import { SidePanel } from '../design/side-panel.tsx';
import { useAttempt } from '../lib/use-attempt.ts';
import { isManager, useModeration } from '../moderation/use-moderation.ts';
import { AnswerForm } from './answer-form.tsx';
import { AskForm } from './ask-form.tsx';
import { QuestionRules } from './question-rules.tsx';
import { QuestionView } from './question-view.tsx';
import styles from './questions.module.css';
import { useAllQuestions, useQuestions } from './use-questions.ts';

export interface QuestionsPanelProps {
  meeting: Meeting;
  view: MeetingView;
  onClose: () => void;
}

/** In the order in which they are shown. */
const groups = [
  { name: 'answering', status: QuestionStatus.ANSWERING },
  { name: 'open', status: QuestionStatus.OPEN },
  { name: 'answered', status: QuestionStatus.ANSWERED },
  { name: 'dismissed', status: QuestionStatus.DISMISSED },
] as const;

/** What was asked, by what becomes of it, and where to ask or to answer. */
export function QuestionsPanel({ meeting, view, onClose }: QuestionsPanelProps) {
  const { t } = useTranslation('questions');
  const all = useQuestions(meeting);
  useAllQuestions(meeting, all);
  const { rules } = useModeration(meeting);
  const [answering, setAnswering] = useState<Question | null>(null);
  const { failure, act } = useAttempt();
  const onStage = view.self.role !== Role.ATTENDEE;

  return (
    <SidePanel title={t('title')} onClose={onClose}>
      <div className={styles.panel}>
        {isManager(view) && <QuestionRules meeting={meeting} rules={rules} act={act} />}
        <div className={styles.questions} data-testid="questions">
          {all.questions.length === 0 && (all.more ? <Loading /> : <p className={styles.hint}>{t('empty')}</p>)}
          {groups.map(({ name, status }) => {
            const some = all.questions.filter((question) => question.status === status);
            if (some.length === 0) return null;
            return (
              <section key={name} aria-label={t(name)} data-testid={`questions-${name}`}>
                <h3>{t(name)}</h3>
                {name === 'dismissed' && (
                  <p className={styles.hint}>{t(view.mode === 'webinar' ? 'dismissedStage' : 'dismissedMeeting')}</p>
                )}
                <ul className={styles.list}>
                  {some.map((question) => (
                    <QuestionView
                      key={question.id}
                      meeting={meeting}
                      question={question}
                      canVote={rules.questions !== 'off' && name !== 'dismissed'}
                      onStage={onStage}
                      act={act}
                      onAnswer={() => setAnswering(question)}
                    />
                  ))}
                </ul>
              </section>
            );
          })}
        </div>
        <div className={styles.foot}>
          <Failure text={failure} />
          {answering !== null ? (
            <AnswerForm
              key={answering.id}
              meeting={meeting}
              question={answering}
              act={act}
              onDone={() => setAnswering(null)}
            />
          ) : rules.questions === 'off' ? (
            <p className={styles.hint}>{t('closed')}</p>
          ) : (
            <AskForm meeting={meeting} mode={view.mode} mayBeAnonymous={rules.anonymousQuestions} act={act} />
          )}
        </div>
      </div>
    </SidePanel>
  );
}
