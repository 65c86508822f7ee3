import type { ChatMessage, ChatView, Meeting } from '@canopy/client';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { meetingToRead, useUnread } from '../lib/use-unread.ts';

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
  const { view, chat } = meeting;
  const things = messages.map(({ sequence, deleted, senderId }) => {
    return { sequence, counts: !deleted && senderId !== view.self.participantId };
  });
  const loaded = things.length > 0 || !chat.view.more;
  return useUnread({ key: meetingToRead(view), things, loaded, looking });
}
