import type { ChatView, Meeting } from '@canopy/client';
import { useCallback, useEffect, useSyncExternalStore } from 'react';

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
