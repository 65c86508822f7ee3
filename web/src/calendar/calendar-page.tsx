import type { Account, CalendarEntry } from '@canopy/client';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SignIn } from '../account/sign-in.tsx';
import { useAccount } from '../account/use-account.ts';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { IconButton } from '../design/icon-button.tsx';
import { Loading } from '../design/loading.tsx';
import { Page } from '../design/page.tsx';
import { keyOfSchedule } from '../encryption/schedule-keys.ts';
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
  const { t } = useTranslation('calendar');
  const [account, setAccount] = useAccount();
  return (
    <Page title={t('title')}>
      {account.status === 'loading' && <Loading />}
      {account.status === 'failed' && <ErrorNotice error={account.error} onRetry={account.retry} />}
      {account.status === 'ready' && account.value === null && <SignIn onSignedIn={setAccount} />}
      {account.status === 'ready' && account.value !== null && <Month account={account.value} />}
    </Page>
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
  const entries = useEntries(month, changes, account.id);
  const name = new Intl.DateTimeFormat(regional(i18n.language), { month: 'long', year: 'numeric' }).format(month);

  const days = daysOf(entries.known ?? []);

  function show(other: Date): void {
    setMonth(other);
    setSelected(null);
  }

  function changed(text: string, start?: Date): void {
    setOpen(null);
    if (start !== undefined) {
      // Where it is seen; the same month stays the one that is known.
      if (monthStart(start).getTime() !== month.getTime()) setMonth(monthStart(start));
      setSelected(null);
    }
    setNews(text);
    setChanges((count) => count + 1);
  }

  return (
    <>
      <div className={styles.bar}>
        <div className={styles.months}>
          <IconButton icon="back" label={t('previous')} onPress={() => show(monthAfter(month, -1))} />
          <h2 aria-live="polite" data-testid="month">
            {name}
          </h2>
          <IconButton
            icon="forward"
            label={t('next')}
            data-testid="next-month"
            onPress={() => show(monthAfter(month, 1))}
          />
          <Button onPress={() => show(monthStart(new Date()))}>{t('today')}</Button>
        </div>
        <Button look="primary" onPress={() => setOpen({ dialog: 'schedule' })} data-testid="schedule">
          {t('schedule')}
        </Button>
      </div>
      <p className={styles.news} role="status">
        {news}
      </p>
      {entries.failed !== null && <ErrorNotice error={entries.failed.error} onRetry={entries.failed.retry} />}
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
      {entries.known === null && entries.failed === null && <Loading />}
      {entries.known !== null && (
        <Days
          days={selected === null ? days : days.filter(({ key }) => key === selected)}
          empty={t(selected === null ? 'empty' : 'emptyDay')}
          onEdit={(entry) => setOpen({ dialog: 'schedule', entry })}
          onInvite={(entry) => setOpen({ dialog: 'links', entry })}
          onCancel={(entry) => setOpen({ dialog: 'cancel', entry })}
        />
      )}
      {open?.dialog === 'schedule' && (
        <ScheduleDialog
          entry={open.entry}
          onClose={() => setOpen(null)}
          onSaved={(start) => changed(t('saved'), start)}
        />
      )}
      {open?.dialog === 'links' && <EntryLinks entry={open.entry} onClose={() => setOpen(null)} />}
      {open?.dialog === 'cancel' && (
        <CancelDialog entry={open.entry} onClose={() => setOpen(null)} onCancelled={() => changed(t('cancelled'))} />
      )}
    </>
  );
}

/** The meetings of a month, again after each change: until the answer is there those known before stay. */
function useEntries(month: Date, changes: number, accountId: string) {
  const [last, setLast] = useState<{ month: Date; entries: CalendarEntry[] } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change, or another account, is what loads again
  const load = useCallback(
    async () => ({ month, entries: await api.schedules.list(month, monthAfter(month, 1)) }),
    [month, changes, accountId],
  );
  const loaded = useResource(load);
  const fresh = loaded.status === 'ready' ? loaded.value : null;
  useEffect(() => {
    if (fresh !== null) setLast(fresh);
  }, [fresh]);
  // In the moment in which another month is chosen, what is loaded is still of the one before.
  const known = [fresh, last].find((each) => each?.month === month)?.entries ?? null;
  return { known, failed: loaded.status === 'failed' ? loaded : null };
}

function EntryLinks({ entry: { meetingId, schedule }, onClose }: { entry: CalendarEntry; onClose: () => void }) {
  const [source] = useState(() => ({
    list: () => api.listLinks(meetingId),
    revoke: () => api.revokeLinks(meetingId),
  }));
  return (
    <LinksDialog
      meetingId={meetingId}
      source={source}
      mayRevoke
      encrypted={schedule.settings.endToEndEncrypted === true}
      encryptionKey={keyOfSchedule(schedule.id)}
      onClose={onClose}
    />
  );
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
