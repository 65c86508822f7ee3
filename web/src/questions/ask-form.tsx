import { longestQuestion, type Meeting, type MeetingView } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Check } from '../design/check.tsx';
import { TextForm } from '../design/text-form.tsx';

export interface AskFormProps {
  meeting: Meeting;
  mode: MeetingView['mode'];
  mayBeAnonymous: boolean;
  act: (work: Promise<void>) => void;
}

export function AskForm({ meeting: { questions }, mode, mayBeAnonymous, act }: AskFormProps) {
  const { t } = useTranslation('questions');
  const [wantsNoName, setWantsNoName] = useState(false);
  // It stays the same until it is asked: an answer that was lost makes no second question.
  const [id, setId] = useState(() => crypto.randomUUID());
  const [asked, setAsked] = useState(false);

  async function ask(text: string): Promise<void> {
    await questions.ask(text, { id, anonymous: mayBeAnonymous && wantsNoName });
    setId(crypto.randomUUID());
    setAsked(true);
  }

  return (
    <TextForm
      label={t('yourQuestion')}
      placeholder={t(mode === 'webinar' ? 'askStage' : 'askMeeting')}
      longest={longestQuestion}
      action={t('ask')}
      testId="question"
      keptAs="question"
      act={act}
      onSubmit={ask}
      onType={() => setAsked(false)}
    >
      {mayBeAnonymous && (
        <Check testId="ask-anonymously" label={t('askAnonymously')} on={wantsNoName} onChange={setWantsNoName} />
      )}
      <span className="visually-hidden" role="status">
        {asked && t('asked')}
      </span>
    </TextForm>
  );
}
