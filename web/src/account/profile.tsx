import type { Account } from '@canopy/client';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Select, Text } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { languageOf, languages } from '../i18n/index.ts';
import { api } from '../lib/api.ts';
import { navigate } from '../lib/router.ts';
import { useAction } from '../lib/use-action.ts';

export interface ProfileProps {
  account: Account;
  onChange: (account: Account | null) => Promise<void>;
}

export function Profile({ account, onChange }: ProfileProps) {
  const { t, i18n } = useTranslation(['account', 'common']);
  const [name, setName] = useState(account.name);
  const [handle, setHandle] = useState(account.handle);
  const [language, setLanguage] = useState<string>(languageOf(account.language) ?? i18n.language);
  const [saved, setSaved] = useState(false);
  const { busy, error, run } = useAction();

  function submit(event: FormEvent): void {
    event.preventDefault();
    setSaved(false);
    void run(async () => {
      await onChange(await api.account.change({ name, handle, language }));
      setSaved(true);
    });
  }

  return (
    <form className={card.card} onSubmit={submit} onChange={() => setSaved(false)}>
      {error !== null && <ErrorNotice error={error} />}
      <Text label={t('name')} value={name} onChange={setName} maxLength={64} isRequired testId="profile-name" />
      <Text
        label={t('handle')}
        description={t('handleHint', { address: `${location.host}/r/${handle}` })}
        value={handle}
        onChange={setHandle}
        pattern="[a-z0-9][a-z0-9\-]{1,38}[a-z0-9]"
        maxLength={40}
        isRequired
        testId="profile-handle"
      />
      <Select
        label={t('common:language')}
        icon={<Icon name="globe" size={18} />}
        value={language}
        data-testid="profile-language"
        onChange={(event) => setLanguage(event.target.value)}
      >
        {Object.entries(languages).map(([tag, own]) => (
          <option key={tag} value={tag}>
            {own}
          </option>
        ))}
      </Select>
      <Button look="primary" type="submit" unavailable={busy} data-testid="profile-save">
        {t('save')}
      </Button>
      <p role="status">{saved && t('saved')}</p>
      <Button onPress={() => navigate(`/r/${account.handle}`)} data-testid="open-room">
        {t('openRoom')}
      </Button>
      <Button
        onPress={() =>
          void run(async () => {
            await api.account.signOut();
            await onChange(null);
          })
        }
        data-testid="sign-out"
      >
        {t('signOut')}
      </Button>
    </form>
  );
}
