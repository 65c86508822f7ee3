import { longestName, type NewRegistration } from '@canopy/client';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { CopyButton } from '../design/copy-button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { Page } from '../design/page.tsx';
import { apiFor } from '../lib/api.ts';
import { rememberedName } from '../lib/remembered.ts';
import { useAction } from '../lib/use-action.ts';
import type { MeetingFacts } from '../meeting/participation.ts';
import styles from './registration.module.css';
import { WebinarFacts } from './webinar-facts.tsx';

export interface RegistrationPageProps {
  meetingId: string;
  facts: MeetingFacts & { registration: NonNullable<MeetingFacts['registration']> };
  /** The address is that of one's own link by then. */
  onOpen: () => void;
}

/** For whoever wants to watch a webinar that asks for registration, and has no link of their own yet. */
export function RegistrationPage({ meetingId, facts, onOpen }: RegistrationPageProps) {
  const { t } = useTranslation('registration');
  const { busy, error, run } = useAction();
  const [name, setName] = useState(rememberedName);
  const [email, setEmail] = useState('');
  const [registered, setRegistered] = useState<NewRegistration | null>(null);
  const { registration, invitation } = facts;
  const { count: taken, limit } = registration;
  const title = facts.title || t('title');

  function submit(event: FormEvent): void {
    event.preventDefault();
    const who = { name: name.trim(), email: email.trim() };
    void run(async () => setRegistered(await apiFor(invitation).registrations.register(meetingId, who)));
  }

  if (registered !== null) return <OwnLink title={title} facts={facts} registered={registered} onOpen={onOpen} />;
  return (
    <Page title={title} width="narrow">
      <form className={card.card} onSubmit={submit} data-testid="registration">
        <p>{t('intro')}</p>
        <WebinarFacts {...facts} />
        <p className={styles.hint} data-testid="registration-places">
          {limit === null ? t('places', { taken }) : t('placesOf', { taken, limit })}
        </p>
        {error !== null && <ErrorNotice error={error} />}
        {limit !== null && taken >= limit ? (
          <p data-testid="registration-full">{t('full')}</p>
        ) : (
          <>
            <Text
              label={t('name')}
              autoComplete="name"
              value={name}
              onChange={setName}
              maxLength={longestName}
              isRequired
              testId="registration-name"
            />
            <Text
              label={t('email')}
              type="email"
              autoComplete="email"
              value={email}
              onChange={setEmail}
              maxLength={254}
              isRequired
              testId="registration-email"
            />
            <Button look="primary" type="submit" wide unavailable={busy} data-testid="register">
              {t('register')}
            </Button>
          </>
        )}
      </form>
    </Page>
  );
}

interface OwnLinkProps extends Pick<RegistrationPageProps, 'facts' | 'onOpen'> {
  title: string;
  registered: NewRegistration;
}

function OwnLink({ title, facts, registered: { url, calendar }, onOpen }: OwnLinkProps) {
  const { t } = useTranslation('registration');
  // The server, which made the link, does not know it.
  const { key } = facts.invitation;
  const link = key === undefined ? url : `${url}&key=${encodeURIComponent(key)}`;

  // It is told once: whoever loads the page again, or comes back to it, has it still.
  useEffect(() => history.replaceState(null, '', new URL(link).hash), [link]);

  return (
    <Page title={title} width="narrow">
      <div className={card.card}>
        <h2>
          <span role="status">{t('done')}</span>
        </h2>
        <WebinarFacts {...facts} />
        <p>{t('doneText')}</p>
        <div className={styles.ways}>
          <CopyButton text={link} label={t('copy')} data-testid="own-link" data-link={link} />
          {calendar !== null && (
            <a href={`data:text/calendar;charset=utf-8,${encodeURIComponent(calendar)}`} download="webinar.ics">
              {t('calendar')}
            </a>
          )}
        </div>
        <Button look="primary" wide onPress={onOpen} data-testid="open-own-link">
          {t('open')}
        </Button>
      </div>
    </Page>
  );
}
