import type { ChatMessage, ChatView, Meeting } from '@canopy/client';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { readUpTo, rememberReadUpTo } from '../lib/remembered.ts';

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

/** How many messages of others came since this person last looked. Known across reloads; who comes for the first time has missed nothing. */
export function useUnread(meeting: Meeting, messages: readonly ChatMessage[], looking: boolean): number {
  const { meetingId, self } = meeting.view;
  const newest = messages.at(-1)?.sequence ?? 0;
  const [readTo, setReadTo] = useState(() => readUpTo(meetingId));
  const [firstSeen] = useState(() => Date.now());

  useEffect(() => {
    if (!looking || newest === 0) return;
    rememberReadUpTo(meetingId, newest);
    setReadTo(newest);
  }, [looking, newest, meetingId]);

  const isNew = ({ sequence, sentAtMs }: ChatMessage) =>
    readTo === undefined ? sentAtMs > firstSeen : sequence > readTo;
  const unread = messages.filter(
    (message) => isNew(message) && !message.deleted && message.senderId !== self.participantId,
  );
  return looking ? 0 : unread.length;
}
