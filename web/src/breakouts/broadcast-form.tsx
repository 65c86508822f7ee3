import type { Meeting } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Text } from '../design/field.tsx';
import type { Act } from './act.ts';
import styles from './breakouts.module.css';

const longest = 500;

export function BroadcastForm({ meeting: { breakouts }, act }: { meeting: Meeting; act: Act }) {
  const { t } = useTranslation('breakouts');
  const [text, setText] = useState('');
  const [sent, setSent] = useState(false);

  async function send(): Promise<void> {
    await breakouts.broadcast(text);
    setText('');
    setSent(true);
  }

  return (
    <form
      className={styles.inline}
      onSubmit={(event) => {
        event.preventDefault();
        act(send());
      }}
    >
      <Text
        label={t('broadcast')}
        value={text}
        maxLength={longest}
        onChange={(value) => {
          setText(value);
          setSent(false);
        }}
        testId="breakout-broadcast"
      />
      <Button type="submit" isDisabled={text.trim() === ''} data-testid="send-broadcast">
        {t('send')}
      </Button>
      <span className={styles.news} role="status">
        {sent && t('sent')}
      </span>
    </form>
  );
}
