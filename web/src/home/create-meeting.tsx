import { newEncryptionKey } from '@canopy/client';
import { type FormEvent, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { EncryptionChoice } from '../encryption/encryption-choice.tsx';
import { pathWithKey } from '../encryption/invitation-link.ts';
import { api } from '../lib/api.ts';
import { cx } from '../lib/cx.ts';
import { type HumanError, humanError } from '../lib/error-texts.ts';
import { rememberHosted } from '../lib/remembered.ts';
import { navigate } from '../lib/router.ts';
import styles from './create-meeting.module.css';

type Mode = 'meeting' | 'webinar';

export function CreateMeeting({ allowed }: { allowed: boolean }) {
  const [title, setTitle] = useState('');
  const [mode, setMode] = useState<Mode>('meeting');
  const [encrypted, setEncrypted] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<HumanError | null>(null);

  async function create(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const meeting = await api.createMeeting({
        mode,
        ...(title.trim() === '' ? {} : { title: title.trim() }),
        ...(encrypted && { settings: { endToEndEncrypted: true } }),
      });
      rememberHosted(meeting.id);
      navigate(pathWithKey(meeting.id, encrypted ? newEncryptionKey() : undefined));
    } catch (cause) {
      setError(humanError(cause));
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void create();
  }

  if (!allowed) return null;
  return (
    <form className={card.card} onSubmit={submit}>
      <h2>Start a meeting</h2>
      <Text label="Title (optional)" placeholder="Weekly sync" value={title} onChange={setTitle} maxLength={120} />
      <RadioGroup
        className={cx(styles.modes)}
        value={mode}
        onChange={(value) => setMode(value === 'webinar' ? value : 'meeting')}
      >
        <Label className="visually-hidden">Kind of meeting</Label>
        <Radio className={cx(styles.mode)} value="meeting">
          <strong>Meeting</strong>
          <span>Everyone takes part</span>
        </Radio>
        <Radio className={cx(styles.mode)} value="webinar">
          <strong>Webinar</strong>
          <span>Guests watch</span>
        </Radio>
      </RadioGroup>
      <EncryptionChoice isSelected={encrypted} onChange={setEncrypted} />
      {error !== null && <ErrorNotice error={error} onRetry={() => void create()} />}
      <Button look="primary" type="submit" wide isDisabled={busy} data-testid="create-meeting">
        {busy ? 'Starting…' : 'Start now'}
        <Icon name="arrow" size={18} />
      </Button>
    </form>
  );
}
