import {
  type ChatMessage,
  ChatScope,
  longestMessage,
  type Meeting,
  type MeetingView,
  type SendOptions,
} from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { TextForm } from '../design/text-form.tsx';

/** What is being written: something new, also `after` one of the others; an answer; or another text for what is there. */
export type Draft =
  | { kind: 'new'; after: boolean }
  | { kind: 'reply'; to: ChatMessage }
  | { kind: 'edit'; message: ChatMessage };

export interface ComposerProps {
  meeting: Meeting;
  view: MeetingView;
  draft: Draft;
  act: (work: Promise<void>) => void;
  onDone: () => void;
}

/** Where one writes, and chooses for whom. */
export function Composer({ meeting: { chat }, view, draft, act, onDone }: ComposerProps) {
  const { t } = useTranslation('chat');
  const [to, setTo] = useState(draft.kind === 'reply' ? audienceOf(draft.to, view) : 'everyone');
  // It stays the same until it is sent: an answer that was lost makes no second message.
  const [id, setId] = useState(() => crypto.randomUUID());

  async function send(text: string): Promise<void> {
    if (draft.kind === 'edit') await chat.edit(draft.message.id, text);
    else await chat.send(text, { ...target(to), ...answering(draft), id });
    setId(crypto.randomUUID());
    onDone();
  }

  return (
    <TextForm
      label={t('composer')}
      placeholder={t('placeholder')}
      longest={longestMessage}
      action={t(draft.kind === 'edit' ? 'save' : 'send')}
      testId="chat"
      focused={draft.kind !== 'new' || draft.after}
      act={act}
      onSubmit={send}
      onCancel={onDone}
      {...(draft.kind === 'reply' && { about: t('replying', { name: draft.to.senderName }) })}
      {...(draft.kind === 'edit' && { about: t('editing'), initial: draft.message.text })}
      before={
        draft.kind !== 'edit' && (
          <Recipient
            to={to}
            people={recipients(draft, view)}
            hasAudience={view.mode === 'webinar' || to === 'stage'}
            onChange={setTo}
          />
        )
      }
    />
  );
}

interface RecipientProps {
  /** `everyone`, `stage`, or somebody's id. */
  to: string;
  people: readonly { id: string; name: string }[];
  /** Those on stage are not everyone. */
  hasAudience: boolean;
  onChange: (to: string) => void;
}

function Recipient({ to, people, hasAudience, onChange }: RecipientProps) {
  const { t } = useTranslation('chat');
  return (
    <Select
      label={t('recipient')}
      icon={<Icon name="people" size={18} />}
      value={to}
      onChange={(event) => onChange(event.target.value)}
      data-testid="chat-recipient"
    >
      <option value="everyone">{t('everyone')}</option>
      {hasAudience && <option value="stage">{t('stage')}</option>}
      {people.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
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
