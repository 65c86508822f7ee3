import { longestMessage, type Meeting, type Question } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { TextForm } from '../design/text-form.tsx';

export interface AnswerFormProps {
  meeting: Meeting;
  question: Question;
  act: (work: Promise<void>) => void;
  onDone: () => void;
}

/** An answer in text, in the place where one asks. */
export function AnswerForm({ meeting: { questions }, question, act, onDone }: AnswerFormProps) {
  const { t } = useTranslation('questions');

  async function answer(text: string): Promise<void> {
    await questions.answer(question.id, text);
    onDone();
  }

  return (
    <TextForm
      label={t('yourAnswer')}
      placeholder={t('yourAnswer')}
      longest={longestMessage}
      action={t('send')}
      about={t('answerTo', { text: question.text })}
      testId="answer"
      keptAs={`answer ${question.id}`}
      focused
      initial={question.answer}
      act={act}
      onSubmit={answer}
      onCancel={onDone}
    />
  );
}
