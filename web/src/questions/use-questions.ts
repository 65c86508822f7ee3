import type { Meeting, QuestionsView } from '@canopy/client';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { type NewAnswers, noNewAnswers, withAnswers } from './new-answers.ts';

/** The questions as they are now. */
export function useQuestions({ questions }: Meeting): QuestionsView {
  return useSyncExternalStore(
    useCallback((onChange) => questions.events.on('changed', onChange), [questions]),
    () => questions.view,
  );
}

/** What was answered to this person since they last looked. */
export function useNewAnswers({ questions }: QuestionsView, looking: boolean): NewAnswers {
  const [before, setAnswers] = useState(noNewAnswers);
  const answers = withAnswers(before, questions, looking);
  if (answers !== before) setAnswers(answers);
  return answers;
}

const loadAgainMs = 2_000;

/** Loads page after page while somebody looks: votes order all questions, so all of them must be known. */
export function useAllQuestions({ questions }: Meeting, view: QuestionsView): void {
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is what loads again
  useEffect(() => {
    if (!view.more) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current = true;
    questions.loadMore().catch((error: unknown) => {
      console.debug('canopy: questions are missing', error);
      if (current) timer = setTimeout(() => setAttempt((previous) => previous + 1), loadAgainMs);
    });
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [questions, view, attempt]);
}
