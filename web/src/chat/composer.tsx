import { type ChatMessage, longestMessage, type Meeting, type MeetingView, type SendOptions } from '@canopy/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TextForm } from '../design/text-form.tsx';
import { keepUnsent, unsentIn } from '../lib/unsent.ts';
import { RecipientField } from './recipient-field.tsx';
import { type Person, type Recipient, recipientOfAnswer, target } from './recipients.ts';

/** What is being written: something new, perhaps to somebody who was chosen elsewhere; an answer; or another text for what is there. */
export type Draft =
  | { kind: 'new'; focused: boolean; to?: Person }
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
export function Composer({ meeting, view, draft, act, onDone }: ComposerProps) {
  const { t } = useTranslation('chat');
  const { chat } = meeting;
  const keptAs = keptName(draft);
  const [to, setTo] = useState<Recipient | null>(() => {
    const kept = keptRecipient(keptAs);
    return kept === undefined ? initialRecipient(draft, view) : kept;
  });
  // It stays the same until it is sent: an answer that was lost makes no second message.
  const [id, setId] = useState(() => crypto.randomUUID());

  useEffect(() => {
    if (draft.kind !== 'edit') keepUnsent(recipientOf(keptAs), JSON.stringify(to));
  }, [draft.kind, keptAs, to]);

  async function send(text: string): Promise<void> {
    if (draft.kind === 'edit') await chat.edit(draft.message.id, text);
    else if (to !== null) await chat.send(text, { ...target(to), ...answering(draft), id });
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
      {...(draft.kind !== 'edit' && { keptAs })}
      focused={draft.kind !== 'new' || draft.focused}
      ready={draft.kind === 'edit' || to !== null}
      act={act}
      onSubmit={send}
      onCancel={onDone}
      {...(draft.kind === 'reply' && { about: t('replying', { name: draft.to.senderName }) })}
      {...(draft.kind === 'edit' && { about: t('editing'), initial: draft.message.text, icon: 'check' })}
    >
      {draft.kind !== 'edit' && (
        <RecipientField meeting={meeting} view={view} to={to} answered={answeredIn(draft)} onChange={setTo} />
      )}
    </TextForm>
  );
}

/** What is written to somebody who was chosen elsewhere is kept apart. */
function keptName(draft: Draft): string {
  const to = draft.kind === 'edit' ? undefined : draft.to;
  return to === undefined ? 'chat' : `chat ${to.id}`;
}

const recipientOf = (form: string) => `${form}, to`;

/** Whom the text is for that was typed and not sent: what was meant for one is not there again for all. */
function keptRecipient(form: string): Recipient | null | undefined {
  const kept = unsentIn(form) === undefined ? undefined : unsentIn(recipientOf(form));
  return kept === undefined ? undefined : JSON.parse(kept);
}

function initialRecipient(draft: Draft, view: MeetingView): Recipient {
  if (draft.kind === 'reply') return recipientOfAnswer(draft.to, view);
  return (draft.kind === 'new' ? draft.to : undefined) ?? 'everyone';
}

function answeredIn(draft: Draft): Person | null {
  return draft.kind === 'reply' ? { id: draft.to.senderId, name: draft.to.senderName } : null;
}

function answering(draft: Draft): Pick<SendOptions, 'replyTo'> {
  return draft.kind === 'reply' ? { replyTo: draft.to.id } : {};
}
