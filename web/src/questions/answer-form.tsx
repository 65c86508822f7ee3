import { longestMessage, type Meeting, type Question } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import styles from './questions.module.css';
import { TextForm } from './text-form.tsx';

export interface AnswerFormProps {
  meeting: Meeting;
  question: Question;
  act: (work: Promise<void>) => void;
  onDone: () => void;
}

/** An answer in text, in the place where one asks. Escape gives it up. */
export function AnswerForm({ meeting: { questions }, question, act, onDone }: AnswerFormProps) {
  const { t } = useTranslation(['questions', 'common']);

  async function answer(text: string): Promise<void> {
    await questions.answer(question.id, text);
    onDone();
  }

  return (
    <>
      <div className={styles.drafting}>
        <span>{t('answerTo', { text: question.text })}</span>
        <Button onPress={onDone}>{t('common:cancel')}</Button>
      </div>
      <TextForm
        label={t('yourAnswer')}
        placeholder={t('yourAnswer')}
        longest={longestMessage}
        action={t('send')}
        testId="answer"
        autoFocus
        initial={question.answer}
        act={act}
        onSubmit={answer}
        onEscape={onDone}
      />
    </>
  );
}
