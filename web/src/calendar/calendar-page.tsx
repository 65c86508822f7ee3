import type { Account, CalendarEntry } from '@canopy/client';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SignIn } from '../account/sign-in.tsx';
import { useAccount } from '../account/use-account.ts';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Logo } from '../design/logo.tsx';
import { regional } from '../i18n/regional.ts';
import { api } from '../lib/api.ts';
import { useResource } from '../lib/use-resource.ts';
import { LinksDialog } from '../links/links-dialog.tsx';
import styles from './calendar-page.module.css';
import { CancelDialog } from './cancel-dialog.tsx';
import { type Day, daysOf, monthAfter, monthStart } from './days.ts';
import { Entry } from './entry.tsx';
import { MonthGrid } from './month-grid.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';

/** `/calendar`: what is planned, month by month. */
export default function CalendarPage() {
  const { t } = useTranslation(['calendar', 'account']);
  const [account, setAccount] = useAccount();
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo />
        {account.status === 'ready' && account.value !== null && (
          <a className={styles.link} href="/account">
            {account.value.name}
          </a>
        )}
      </header>
      <main className={styles.main}>
        <h1>{t('title')}</h1>
        {account.status === 'failed' && <ErrorNotice error={account.error} onRetry={account.retry} />}
        {account.status === 'ready' && account.value === null && <SignIn onSignedIn={setAccount} />}
        {account.status === 'ready' && account.value !== null && <Month account={account.value} />}
      </main>
    </div>
  );
}

type Open = { dialog: 'schedule'; entry?: CalendarEntry } | { dialog: 'cancel' | 'links'; entry: CalendarEntry } | null;

function Month({ account }: { account: Account }) {
  const { t, i18n } = useTranslation('calendar');
  const [month, setMonth] = useState(() => monthStart(new Date()));
  const [changes, setChanges] = useState(0);
  const [open, setOpen] = useState<Open>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const [news, setNews] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change, or another account, is what loads again
  const load = useCallback(() => api.schedules.list(month, monthAfter(month, 1)), [month, changes, account.id]);
  const entries = useResource(load);
  const name = new Intl.DateTimeFormat(regional(i18n.language), { month: 'long', year: 'numeric' }).format(month);

  const days = entries.status === 'ready' ? daysOf(entries.value) : [];

  function show(other: Date): void {
    setMonth(other);
    setSelected(null);
  }

  function changed(text: string): void {
    setOpen(null);
    setNews(text);
    setChanges((count) => count + 1);
  }

  return (
    <>
      <div className={styles.bar}>
        <div className={styles.months}>
          <Button onPress={() => show(monthAfter(month, -1))} aria-label={t('previous')}>
            ‹
          </Button>
          <h2 aria-live="polite" data-testid="month">
            {name}
          </h2>
          <Button onPress={() => show(monthAfter(month, 1))} aria-label={t('next')} data-testid="next-month">
            ›
          </Button>
          <Button onPress={() => show(monthStart(new Date()))}>{t('today')}</Button>
        </div>
        <Button look="primary" onPress={() => setOpen({ dialog: 'schedule' })} data-testid="schedule">
          {t('schedule')}
        </Button>
      </div>
      <p className={styles.news} role="status">
        {news}
      </p>
      {entries.status === 'failed' && <ErrorNotice error={entries.error} onRetry={entries.retry} />}
      <MonthGrid
        month={month}
        days={days}
        selected={selected}
        onSelect={(key) => setSelected(key === selected ? null : key)}
        onMonth={show}
      />
      {selected !== null && (
        <Button data-testid="whole-month" onPress={() => setSelected(null)}>
          {t('wholeMonth')}
        </Button>
      )}
      {entries.status === 'ready' && (
        <Days
          days={selected === null ? days : days.filter(({ key }) => key === selected)}
          empty={t(selected === null ? 'empty' : 'emptyDay')}
          onEdit={(entry) => setOpen({ dialog: 'schedule', entry })}
          onInvite={(entry) => setOpen({ dialog: 'links', entry })}
          onCancel={(entry) => setOpen({ dialog: 'cancel', entry })}
        />
      )}
      {open?.dialog === 'schedule' && (
        <ScheduleDialog entry={open.entry} onClose={() => setOpen(null)} onSaved={() => changed(t('saved'))} />
      )}
      {open?.dialog === 'links' && <EntryLinks meetingId={open.entry.meetingId} onClose={() => setOpen(null)} />}
      {open?.dialog === 'cancel' && (
        <CancelDialog entry={open.entry} onClose={() => setOpen(null)} onCancelled={() => changed(t('cancelled'))} />
      )}
    </>
  );
}

function EntryLinks({ meetingId, onClose }: { meetingId: string; onClose: () => void }) {
  const [source] = useState(() => ({
    list: () => api.listLinks(meetingId),
    revoke: () => api.revokeLinks(meetingId),
  }));
  return <LinksDialog meetingId={meetingId} source={source} mayRevoke onClose={onClose} />;
}

function Days({
  days,
  empty,
  onInvite,
  onEdit,
  onCancel,
}: {
  days: readonly Day[];
  /** What is said when there are none. */
  empty: string;
  onInvite: (entry: CalendarEntry) => void;
  onEdit: (entry: CalendarEntry) => void;
  onCancel: (entry: CalendarEntry) => void;
}) {
  const { i18n } = useTranslation('calendar');
  if (days.length === 0) return <p className={styles.empty}>{empty}</p>;
  const inFull = new Intl.DateTimeFormat(regional(i18n.language), { weekday: 'long', day: 'numeric', month: 'long' });
  return days.map(({ key, date, entries }) => (
    <section key={key} className={styles.day} aria-labelledby={`day-${key}`}>
      <h3 id={`day-${key}`}>{inFull.format(date)}</h3>
      <ul className={styles.entries}>
        {entries.map((entry) => (
          <Entry
            key={entry.meetingId}
            entry={entry}
            onInvite={() => onInvite(entry)}
            onEdit={() => onEdit(entry)}
            onCancel={() => onCancel(entry)}
          />
        ))}
      </ul>
    </section>
  ));
}
