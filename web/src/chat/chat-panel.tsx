import type { ChatMessage, ChatView, Meeting, MeetingView } from '@canopy/client';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Failure } from '../design/failure.tsx';
import { SidePanel } from '../design/side-panel.tsx';
import { hasKeys } from '../lib/focus.ts';
import { useAttempt } from '../lib/use-attempt.ts';
import styles from './chat.module.css';
import { ChatMessageView } from './chat-message.tsx';
import { Composer, type Draft } from './composer.tsx';
import type { Person } from './recipients.ts';
import { firstShown, olderFrom, perPage } from './shown.ts';
import { useKeptPlace } from './use-kept-place.ts';

export interface ChatPanelProps {
  meeting: Meeting;
  view: MeetingView;
  chat: ChatView;
  /** Whom to write to, if that was chosen before. */
  to: Person | null;
  onClose: () => void;
}

/** What people write, the newest below, and where to write. */
export function ChatPanel({ meeting, view, chat, to, onClose }: ChatPanelProps) {
  const { t } = useTranslation('chat');
  const [draft, setDraft] = useState<Draft>(() => {
    // Who opens the chat and types means no shortcuts by it.
    return { kind: 'new', focused: to !== null || hasKeys(), ...(to !== null && { to }) };
  });
  const { failure, act } = useAttempt();
  const newest = chat.messages.at(-1);
  const news = useNews(chat);
  const { foot, end, following } = useFollowing(newest?.id, newest?.senderId === view.self.participantId);
  /** While older messages are read: the sequence of the first. */
  const [from, setFrom] = useState<number | null>(null);
  const hidden = firstShown(chat.messages, from);
  const log = useRef<HTMLDivElement>(null);
  useKeptPlace(log, chat.messages[hidden]?.id);
  useEffect(() => meeting.chat.keepAll(!following), [meeting, following]);
  useEffect(() => () => meeting.chat.keepAll(false), [meeting]);
  if (following && from !== null) setFrom(null);
  if (!following && from === null) setFrom(chat.messages[hidden]?.sequence ?? 0);

  function showOlder(): void {
    setFrom(olderFrom(chat.messages, hidden));
    // Those that came since are shown by this as well, perhaps.
    news.end();
    if (hidden < perPage && chat.more) act(meeting.chat.loadMore());
  }

  const byId = new Map(chat.messages.map((message) => [message.id, message]));
  const viewOf = (message: ChatMessage) => (
    <ChatMessageView
      key={message.id}
      message={message}
      answered={byId.get(message.replyTo)}
      view={view}
      onReply={() => setDraft({ kind: 'reply', to: message })}
      onEdit={() => setDraft({ kind: 'edit', message })}
      onDelete={() => act(meeting.chat.delete(message.id))}
      onReact={(emoji) => act(meeting.chat.react(message.id, emoji, !isMine(message, emoji)))}
    />
  );
  const shown = chat.messages.slice(hidden);
  return (
    <SidePanel title={t('title')} onClose={onClose}>
      <div className={styles.panel}>
        {(chat.more || hidden > 0) && (
          <Button wide onPress={showOlder} data-testid="older-messages">
            {t('older')}
          </Button>
        )}
        {chat.messages.length === 0 && !chat.more && <p className={styles.hint}>{t('empty')}</p>}
        <div
          ref={log}
          role="log"
          aria-live="off"
          aria-label={t('messages')}
          className={styles.log}
          data-testid="messages"
        >
          {shown.filter(({ sequence }) => sequence <= news.after).map(viewOf)}
          <div aria-live="polite" data-testid="news">
            {shown.filter(({ sequence }) => sequence > news.after).map(viewOf)}
          </div>
        </div>
        <div ref={foot} className={styles.foot}>
          <Failure text={failure} />
          <Composer
            key={
              draft.kind === 'new' ? 'new' : `${draft.kind} ${(draft.kind === 'edit' ? draft.message : draft.to).id}`
            }
            meeting={meeting}
            view={view}
            draft={draft}
            act={act}
            onDone={() => setDraft({ kind: 'new', focused: draft.kind !== 'new' })}
          />
        </div>
        <div ref={end} />
      </div>
    </SidePanel>
  );
}

function isMine({ reactions }: ChatMessage, emoji: string): boolean {
  return reactions.some((reaction) => reaction.emoji === emoji && reaction.mine);
}

/** What came since the panel is there is read aloud, and not what was written before, whenever that is shown. `after`: the last that was there. */
function useNews({ messages, more }: ChatView): { after: number; end: () => void } {
  const [before, setAfter] = useState<number>();
  const newest = messages.at(-1)?.sequence ?? 0;
  // Of a meeting that was just entered nothing is known.
  const after = messages.length > 0 || !more ? (before ?? newest) : undefined;
  if (after !== before) setAfter(after);
  return { after: after ?? newest, end: () => setAfter(newest) };
}

/** Keeps the newest message in sight, unless somebody is reading older ones; what they write themselves always. */
function useFollowing(newestId: string | undefined, isOwn: boolean) {
  const foot = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [following, setFollowing] = useState(true);

  useEffect(() => {
    if (end.current === null) return;
    // A little above it, such as when somebody reacted to the last message, is still the end.
    const near = { root: end.current.closest('section'), rootMargin: '0px 0px 120px 0px' };
    const observer = new IntersectionObserver(([entry]) => {
      atEnd.current = entry?.isIntersecting ?? true;
      setFollowing(atEnd.current);
    }, near);
    observer.observe(end.current);
    return () => observer.disconnect();
  }, []);

  // It is known before anything is resized whether the end was in sight: intersections are observed last.
  useEffect(() => {
    const section = end.current?.closest('section');
    const observer = new ResizeObserver(() => {
      if (atEnd.current) end.current?.scrollIntoView({ block: 'end' });
    });
    for (const part of [section, foot.current]) if (part) observer.observe(part);
    return () => observer.disconnect();
  }, []);

  // Before the message moves the end out of sight.
  useLayoutEffect(() => {
    if (newestId !== undefined && (atEnd.current || isOwn)) end.current?.scrollIntoView({ block: 'end' });
  }, [newestId, isOwn]);
  return { foot, end, following };
}
