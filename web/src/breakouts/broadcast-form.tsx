import type { Meeting } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Text } from '../design/field.tsx';
import { withoutSent } from '../lib/unsent.ts';
import type { Act } from './act.ts';
import styles from './breakouts.module.css';

const longest = 500;

export function BroadcastForm({ meeting: { breakouts }, act }: { meeting: Meeting; act: Act }) {
  const { t } = useTranslation('breakouts');
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState(false);

  async function send(): Promise<void> {
    setBusy(true);
    try {
      await breakouts.broadcast(text);
      setText((now) => withoutSent(now, text));
      setSent(true);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      className={styles.inline}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '' && !busy) act(send());
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
      <Button type="submit" unavailable={busy || text.trim() === ''} data-testid="send-broadcast">
        {t('send')}
      </Button>
      <span className={styles.news} role="status">
        {sent && t('sent')}
      </span>
    </form>
  );
}
