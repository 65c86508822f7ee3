import { newEncryptionKey } from '@canopy/client';
import { type FormEvent, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { type Options, plainOptions, settingsOf } from '../creation/options.ts';
import { OptionsFields } from '../creation/options-fields.tsx';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { EncryptionChoice } from '../encryption/encryption-choice.tsx';
import { withKey } from '../encryption/invitation-link.ts';
import { api } from '../lib/api.ts';
import { cx } from '../lib/cx.ts';
import { rememberHosted } from '../lib/remembered.ts';
import { navigate } from '../lib/router.ts';
import { useAction } from '../lib/use-action.ts';
import styles from './create-meeting.module.css';

type Mode = 'meeting' | 'webinar';

export function CreateMeeting() {
  const { t } = useTranslation('creation');
  const [title, setTitle] = useState('');
  const [mode, setMode] = useState<Mode>('meeting');
  const [encrypted, setEncrypted] = useState(false);
  const [options, setOptions] = useState<Options>(plainOptions);
  const { busy, error, run } = useAction();

  function create(): void {
    void run(async () => {
      const settings = { ...settingsOf(options, mode), ...(encrypted && { endToEndEncrypted: true }) };
      const meeting = await api.createMeeting({ mode, title: title.trim(), settings });
      rememberHosted(meeting.id);
      navigate(withKey(`/m/${meeting.id}`, encrypted ? newEncryptionKey() : undefined));
    });
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    create();
  }

  return (
    <form className={card.card} onSubmit={submit}>
      <h2>{t('title')}</h2>
      <Text label={t('name')} placeholder={t('nameExample')} value={title} onChange={setTitle} maxLength={120} />
      <RadioGroup
        className={cx(styles.modes)}
        value={mode}
        onChange={(value) => setMode(value === 'webinar' ? value : 'meeting')}
      >
        <Label className="visually-hidden">{t('kind')}</Label>
        <Radio className={cx(styles.mode)} value="meeting">
          <strong>{t('meeting')}</strong>
          <span>{t('meetingHint')}</span>
        </Radio>
        <Radio className={cx(styles.mode)} value="webinar">
          <strong>{t('webinar')}</strong>
          <span>{t('webinarHint')}</span>
        </Radio>
      </RadioGroup>
      <OptionsFields options={options} mode={mode} onChange={setOptions} />
      <EncryptionChoice on={encrypted} onChange={setEncrypted} />
      {error !== null && <ErrorNotice error={error} onRetry={create} />}
      <Button look="primary" type="submit" wide unavailable={busy} data-testid="create-meeting">
        {t(busy ? 'starting' : 'start')}
        <Icon name="arrow" size={18} />
      </Button>
    </form>
  );
}
