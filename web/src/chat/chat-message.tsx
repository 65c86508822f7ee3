import { type ChatMessage, ChatScope, type MeetingView } from '@canopy/client';
import { MenuTrigger, ToggleButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../design/icon-button.tsx';
import { Menu, MenuItem } from '../design/menu.tsx';
import { regional } from '../i18n/regional.ts';
import { cx } from '../lib/cx.ts';
import { isManager } from '../moderation/use-moderation.ts';
import styles from './chat.module.css';
import { withLinks } from './links.ts';

const offered = ['👍', '❤️', '😂', '🎉', '😮', '👏'];

export interface ChatMessageProps {
  message: ChatMessage;
  /** The one it answers, if that is known here. */
  answered: ChatMessage | undefined;
  view: MeetingView;
  onReply: () => void;
  onEdit: () => void;
  onDelete: () => void;
  onReact: (emoji: string) => void;
}

export function ChatMessageView({ message, answered, view, onReply, onEdit, onDelete, onReact }: ChatMessageProps) {
  const { t, i18n } = useTranslation('chat');
  const isOwn = message.senderId === view.self.participantId;
  const manages = isManager(view);
  const time = new Intl.DateTimeFormat(regional(i18n.language), { timeStyle: 'short' }).format(message.sentAtMs);
  const target = useTarget(message, view);

  function act(action: string | number): void {
    if (action === 'reply') onReply();
    else if (action === 'edit') onEdit();
    else if (action === 'delete') onDelete();
    else onReact(String(action));
  }

  return (
    <article className={styles.message} data-testid="message">
      <header className={styles.about}>
        <b>{isOwn ? t('you', { name: message.senderName }) : <bdi>{message.senderName}</bdi>}</b>
        {target !== null && <span className={styles.target}>{target}</span>}
        <time dateTime={new Date(message.sentAtMs).toISOString()}>{time}</time>
        {message.edited && !message.deleted && <span>{t('edited')}</span>}
        {!message.deleted && (
          <MenuTrigger>
            <IconButton icon="dots" label={t('actions', { name: message.senderName })} data-testid="message-actions" />
            <Menu label={t('actions', { name: message.senderName })} onAction={act}>
              <MenuItem id="reply">{t('reply')}</MenuItem>
              {isOwn && <MenuItem id="edit">{t('edit')}</MenuItem>}
              {(isOwn || manages) && (
                <MenuItem id="delete" danger>
                  {t('delete')}
                </MenuItem>
              )}
              {offered.map((emoji) => (
                <MenuItem key={emoji} id={emoji} aria-label={`${t('react')} ${emoji}`}>
                  {emoji}
                </MenuItem>
              ))}
            </Menu>
          </MenuTrigger>
        )}
      </header>
      {message.replyTo !== '' && (
        <p className={styles.answered}>
          {answered === undefined || answered.deleted
            ? t('answersUnknown')
            : t('answers', { name: answered.senderName, text: answered.text })}
        </p>
      )}
      {message.deleted ? (
        <p className={styles.hint}>{t('deleted')}</p>
      ) : (
        <>
          <p className={styles.text} dir="auto">
            <TextWithLinks text={message.text} />
          </p>
          <div className={styles.below}>
            {message.reactions.map(({ emoji, count, mine }) => (
              <ToggleButton
                key={emoji}
                className={cx(styles.reaction)}
                isSelected={mine}
                onChange={() => onReact(emoji)}
                aria-label={t('reaction', { emoji, count })}
              >
                {emoji} {count}
              </ToggleButton>
            ))}
          </div>
        </>
      )}
    </article>
  );
}

/** Whom it is for, unless that is everyone. */
function useTarget({ scope, recipientId, recipientName }: ChatMessage, { self }: MeetingView): string | null {
  const { t } = useTranslation('chat');
  if (scope === ChatScope.STAGE) return t('toStage');
  if (scope !== ChatScope.DIRECT) return null;
  return recipientId === self.participantId ? t('toYou') : t('toPerson', { name: recipientName });
}

function TextWithLinks({ text }: { text: string }) {
  let at = 0;
  return withLinks(text).map((piece) => {
    const key = at;
    at += piece.text.length;
    if (piece.href === undefined) return piece.text;
    return (
      <a key={key} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
        {piece.text}
      </a>
    );
  });
}
