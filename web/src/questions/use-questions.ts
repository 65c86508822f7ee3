import type { Meeting, QuestionsView } from '@canopy/client';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { meetingToRead, useUnread } from '../lib/use-unread.ts';

/** The questions as they are now. */
export function useQuestions({ questions }: Meeting): QuestionsView {
  return useSyncExternalStore(
    useCallback((onChange) => questions.events.on('changed', onChange), [questions]),
    () => questions.view,
  );
}

/** How many questions of others came since this person last looked. */
export function useUnreadQuestions(meeting: Meeting, { questions, more }: QuestionsView, looking: boolean): number {
  const things = questions.map(({ sequence, mine }) => ({ sequence, counts: !mine }));
  const key = `${meetingToRead(meeting.view)} questions`;
  return useUnread({ key, things, loaded: things.length > 0 || !more, looking });
}

/** Loads page after page while somebody looks: votes order all questions, so all of them must be known. */
export function useAllQuestions({ questions }: Meeting, view: QuestionsView): void {
  useEffect(() => {
    if (!view.more) return;
    questions.loadMore().catch((error: unknown) => console.debug('canopy: questions are missing', error));
  }, [questions, view]);
}
