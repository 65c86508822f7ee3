import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { Text } from '../design/field.tsx';
import { meetingPathIn } from '../lib/invitation.ts';
import { navigate } from '../lib/router.ts';
import styles from './join-meeting.module.css';

export function JoinMeeting() {
  const { t } = useTranslation('home');
  const [text, setText] = useState('');
  const [unclear, setUnclear] = useState(false);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const path = meetingPathIn(text);
    if (path === null) setUnclear(true);
    else navigate(path);
  }

  function change(value: string): void {
    setText(value);
    setUnclear(false);
  }

  return (
    <form className={card.card} onSubmit={submit}>
      <h2>{t('joinTitle')}</h2>
      <div className={styles.row}>
        <Text
          label={t('joinLabel')}
          placeholder={t('joinExample')}
          value={text}
          onChange={change}
          wrong={unclear ? t('unclear') : undefined}
        />
        <Button type="submit">{t('join')}</Button>
      </div>
    </form>
  );
}
