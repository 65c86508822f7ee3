import type { ChatMessage, ChatView, Meeting } from '@canopy/client';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useUnread } from '../lib/use-unread.ts';

/** The chat as it is now; the newest page is loaded by itself. */
export function useChat({ chat }: Meeting): ChatView {
  useEffect(() => {
    chat.loadMore().catch((error: unknown) => console.debug('canopy: the chat is not there yet', error));
  }, [chat]);
  return useSyncExternalStore(
    useCallback((onChange) => chat.events.on('changed', onChange), [chat]),
    () => chat.view,
  );
}

/** How many messages of others came since this person last looked. */
export function useUnreadMessages(meeting: Meeting, messages: readonly ChatMessage[], looking: boolean): number {
  const { meetingId, self } = meeting.view;
  const things = messages.map(({ sequence, sentAtMs, deleted, senderId }) => {
    return { sequence, at: sentAtMs, counts: !deleted && senderId !== self.participantId };
  });
  return useUnread(meetingId, things, looking);
}
