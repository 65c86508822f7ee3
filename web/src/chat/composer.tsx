import {
  type ChatMessage,
  ChatScope,
  longestMessage,
  type Meeting,
  type MeetingView,
  type SendOptions,
} from '@canopy/client';
import { type FormEvent, type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import styles from './chat.module.css';

/** What is being written: something new, an answer, or another text for what is there. */
export type Draft = { kind: 'new' } | { kind: 'reply'; to: ChatMessage } | { kind: 'edit'; message: ChatMessage };

export interface ComposerProps {
  meeting: Meeting;
  view: MeetingView;
  draft: Draft;
  onDone: () => void;
  onFailed: (error: unknown) => void;
}

/** Enter sends, Shift and Enter make a new line, Escape gives up an answer or a change. */
export function Composer({ meeting, view, draft, onDone, onFailed }: ComposerProps) {
  const { t } = useTranslation(['chat', 'common']);
  const id = useId();
  const [text, setText] = useState(draft.kind === 'edit' ? draft.message.text : '');
  const [to, setTo] = useState(draft.kind === 'reply' ? audienceOf(draft.to, view) : 'everyone');
  // It stays the same until it is sent: an answer that was lost makes no second message.
  const [messageId, setMessageId] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);

  async function send(): Promise<void> {
    if (text.trim() === '' || busy) return;
    setBusy(true);
    try {
      if (draft.kind === 'edit') await meeting.chat.edit(draft.message.id, text);
      else await meeting.chat.send(text, { ...target(to), ...answering(draft), id: messageId });
      setText('');
      setMessageId(crypto.randomUUID());
      onDone();
    } catch (error) {
      onFailed(error);
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void send();
  }

  function press(event: KeyboardEvent): void {
    if (event.key === 'Escape' && draft.kind !== 'new') onDone();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  }

  const others = recipients(draft, view);
  return (
    <form className={styles.composer} onSubmit={submit}>
      {draft.kind !== 'new' && (
        <div className={styles.drafting}>
          <span>{draft.kind === 'edit' ? t('editing') : t('replying', { name: draft.to.senderName })}</span>
          <Button onPress={onDone}>{t('common:cancel')}</Button>
        </div>
      )}
      {draft.kind !== 'edit' && (
        <Select
          label={t('recipient')}
          icon={<Icon name="people" size={18} />}
          value={to}
          onChange={(event) => setTo(event.target.value)}
          data-testid="chat-recipient"
        >
          <option value="everyone">{t('everyone')}</option>
          <option value="stage">{t('stage')}</option>
          {others.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
        </Select>
      )}
      <label className="visually-hidden" htmlFor={id}>
        {t('composer')}
      </label>
      <textarea
        id={id}
        // biome-ignore lint/a11y/noAutofocus: answering and changing begin here
        autoFocus={draft.kind !== 'new'}
        rows={2}
        maxLength={longestMessage}
        placeholder={t('placeholder')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
        data-testid="chat-text"
      />
      <Button type="submit" look="primary" isDisabled={busy} data-testid="chat-send">
        {draft.kind === 'edit' ? t('save') : t('send')}
      </Button>
    </form>
  );
}

/** Whom one can write to: those on stage, and whoever is answered. */
function recipients(draft: Draft, { participants, self }: MeetingView): readonly { id: string; name: string }[] {
  const answered = draft.kind === 'reply' ? [{ id: draft.to.senderId, name: draft.to.senderName }] : [];
  const people = new Map([...answered, ...participants.values()].map(({ id, name }) => [id, { id, name }]));
  return [...people.values()].filter(({ id }) => id !== '' && id !== self.participantId);
}

function target(to: string): Pick<SendOptions, 'to'> {
  return { to: to === 'everyone' || to === 'stage' ? to : { participantId: to } };
}

function answering(draft: Draft): Pick<SendOptions, 'replyTo'> {
  return draft.kind === 'reply' ? { replyTo: draft.to.id } : {};
}

/** An answer goes to whom the message went, so that nothing meant for few is answered to all. */
function audienceOf({ scope, senderId, recipientId }: ChatMessage, { self }: MeetingView): string {
  if (scope === ChatScope.STAGE) return 'stage';
  if (scope !== ChatScope.DIRECT) return 'everyone';
  return senderId === self.participantId ? recipientId : senderId;
}
