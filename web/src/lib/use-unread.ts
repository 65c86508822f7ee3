import { useEffect } from 'react';

/** How many of these wait to be read, for who does not look at them; who looks has read what comes. */
export function useUnread(read: { markRead(): void }, unread: number, looking: boolean): number {
  useEffect(() => {
    if (looking && unread > 0) read.markRead();
  }, [read, unread, looking]);
  return looking ? 0 : unread;
}
