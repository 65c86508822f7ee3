import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { regional } from '../i18n/regional.ts';
import { cx } from '../lib/cx.ts';
import { type Day, dayByKey, keyOf, monthStart, weeksOf } from './days.ts';
import styles from './month-grid.module.css';

export interface MonthGridProps {
  month: Date;
  /** Those that have meetings. */
  days: readonly Day[];
  /** Whose meetings are listed; null: those of the whole month. */
  selected: string | null;
  onSelect: (key: string) => void;
  onMonth: (month: Date) => void;
}

/** As many titles as a day has room for. */
const mostShown = 3;

/** A month at a glance: one tab stop, arrows from day to day, and each day says what is planned. */
export function MonthGrid({ month, days, selected, onSelect, onMonth }: MonthGridProps) {
  const { i18n } = useTranslation();
  const locale = regional(i18n.language);
  const firstDay = firstDayOf(locale);
  const weeks = weeksOf(month, firstDay);
  const grid = useRef<HTMLTableElement>(null);
  const [focused, setFocused] = useState(() => new Date());
  const [moved, setMoved] = useState(false);
  const inMonth = monthStart(focused).getTime() === month.getTime();
  const tabStop = keyOf(inMonth ? focused : month);
  const byKey = new Map(days.map((day) => [day.key, day]));
  const [short, inFull] = [
    new Intl.DateTimeFormat(locale, { weekday: 'short' }),
    new Intl.DateTimeFormat(locale, { weekday: 'long' }),
  ];
  const name = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }).format(month);

  useEffect(() => {
    if (!moved) return;
    setMoved(false);
    grid.current?.querySelector<HTMLButtonElement>(`[data-day="${tabStop}"]`)?.focus();
  }, [moved, tabStop]);

  function move(event: KeyboardEvent, from: Date): void {
    const to = dayByKey(event.key, from, firstDay);
    if (to === undefined) return;
    event.preventDefault();
    setFocused(to);
    setMoved(true);
    if (monthStart(to).getTime() !== month.getTime()) onMonth(monthStart(to));
  }

  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table that is moved in by keys is a grid (ARIA Authoring Practices)
    <table ref={grid} role="grid" aria-label={name} className={styles.grid} data-testid="month-grid">
      <thead>
        <tr>
          {weeks[0]?.map((day) => (
            <th key={day.getDay()} scope="col" abbr={inFull.format(day)}>
              {short.format(day)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0] && keyOf(week[0])}>
            {week.map((day) => (
              <DayCell
                key={keyOf(day)}
                date={day}
                day={byKey.get(keyOf(day))}
                locale={locale}
                outside={day.getMonth() !== month.getMonth()}
                isSelected={keyOf(day) === selected}
                isTabStop={keyOf(day) === tabStop}
                onPress={() => {
                  setFocused(day);
                  onSelect(keyOf(day));
                }}
                onKeyDown={(event) => move(event, day)}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DayCellProps {
  date: Date;
  day: Day | undefined;
  locale: string;
  outside: boolean;
  isSelected: boolean;
  isTabStop: boolean;
  onPress: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function DayCell({ date, day, locale, outside, isSelected, isTabStop, onPress, onKeyDown }: DayCellProps) {
  const { t } = useTranslation(['calendar', 'common']);
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const titles = (day?.entries ?? []).map(
    ({ startTime, title }) => `${time.format(new Date(startTime))} ${title || t('common:untitled')}`,
  );
  const unseen = titles.slice(mostShown);
  const spoken = new Intl.DateTimeFormat(locale, { dateStyle: 'full' }).format(date);
  const isToday = keyOf(date) === keyOf(new Date());
  if (outside) return <td className={styles.outside}>{date.getDate()}</td>;
  return (
    <td className={cx(isSelected && styles.selected)}>
      <button
        type="button"
        className={styles.day}
        tabIndex={isTabStop ? 0 : -1}
        aria-current={isToday ? 'date' : undefined}
        aria-pressed={isSelected}
        data-day={keyOf(date)}
        onClick={onPress}
        onKeyDown={onKeyDown}
      >
        <span className="visually-hidden">{spoken}</span>
        <span className={cx(styles.number, isToday && styles.today)} aria-hidden="true">
          {date.getDate()}
        </span>
        {titles.slice(0, mostShown).map((title) => (
          <span key={title} className={styles.title}>
            {title}
          </span>
        ))}
        {unseen.length > 0 && (
          <>
            <span className="visually-hidden">{unseen.join(', ')}</span>
            <span className={styles.title} aria-hidden="true">
              {t('more', { count: unseen.length })}
            </span>
          </>
        )}
      </button>
    </td>
  );
}

/** Where a browser does not know it, a week begins on Monday (ISO 8601). */
function firstDayOf(locale: string): number {
  const known = new Intl.Locale(locale) as { getWeekInfo?: () => { firstDay: number } };
  return known.getWeekInfo?.().firstDay ?? 1;
}
