import type { JoinToken } from '@canopy/client';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { CopyField } from '../design/copy-field.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { regional } from '../i18n/regional.ts';
import { apiFor, serverUrl } from '../lib/api.ts';
import { useAction } from '../lib/use-action.ts';
import styles from './links-dialog.module.css';

/** The longest that a token may be good for. */
const tokenSeconds = 86_400;

export interface WhipPublishingProps {
  meetingId: string;
  /** What a link carries that brings somebody on stage: the token is made in its name. */
  link: string;
  /** What that link makes somebody. */
  roleName: string;
}

/** What OBS, and whatever else speaks WHIP (RFC 9725), needs to take part in the meeting. */
export function WhipPublishing({ meetingId, link, roleName }: WhipPublishingProps) {
  const { t, i18n } = useTranslation('links');
  const [name, setName] = useState('OBS');
  const [made, setMade] = useState<JoinToken | null>(null);
  const { busy, error, run } = useAction();

  function submit(event: FormEvent): void {
    event.preventDefault();
    const wanted = { name: name.trim(), role: 'panelist', ttlSeconds: tokenSeconds } as const;
    void run(async () => setMade(await apiFor({ link }).createToken(meetingId, wanted)));
  }

  return (
    <details className={styles.whip}>
      <summary data-testid="whip">{t('whip')}</summary>
      <form className={styles.fields} onSubmit={submit}>
        <p className={styles.hint}>{t('whipHint')}</p>
        {error !== null && <ErrorNotice error={error} />}
        <CopyField label={t('whipServer')} value={`${serverUrl}/v1/whip/${meetingId}`} testId="whip-server" />
        <div className={styles.name}>
          <Text label={t('whipName')} value={name} onChange={setName} maxLength={60} isRequired testId="whip-name" />
          <Button type="submit" unavailable={busy} data-testid="whip-make">
            {t(made === null ? 'whipMake' : 'whipAnother')}
          </Button>
        </div>
        {made !== null && <CopyField label={t('whipToken')} value={made.token} testId="whip-token" />}
        <p role="status" className={styles.hint} data-testid="whip-terms">
          {made !== null &&
            t('whipTerms', {
              role: roleName,
              until: new Intl.DateTimeFormat(regional(i18n.language), {
                dateStyle: 'medium',
                timeStyle: 'short',
              }).format(new Date(made.expiresAt)),
            })}
        </p>
      </form>
    </details>
  );
}
