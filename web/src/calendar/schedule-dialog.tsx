import { type CalendarEntry, newEncryptionKey } from '@canopy/client';
import { type FormEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OptionsFields } from '../creation/options-fields.tsx';
import { Button } from '../design/button.tsx';
import { Details } from '../design/details.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Select, Text } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { WholeNumber } from '../design/whole-number.tsx';
import { EncryptionChoice } from '../encryption/encryption-choice.tsx';
import { keepKeyOfSchedule } from '../encryption/schedule-keys.ts';
import { api } from '../lib/api.ts';
import { useRegions } from '../lib/config.tsx';
import { useAction } from '../lib/use-action.ts';
import { changedIn, type Draft, draftOf, instantOf, newDraft, passedIn, toSchedule } from './draft.ts';
import { repetitions } from './repetition.ts';
import styles from './schedule-dialog.module.css';
import { zoneLabel, zoneName, zoneNames } from './zones.ts';

export interface ScheduleDialogProps {
  /** What is to be changed; undefined: a new one. */
  entry: CalendarEntry | undefined;
  onClose: () => void;
  /** `start`: when it begins, if that is news; otherwise undefined. */
  onSaved: (start: Date | undefined) => void;
}

export function ScheduleDialog({ entry, onClose, onSaved }: ScheduleDialogProps) {
  const { t } = useTranslation('calendar');
  const isSeries = entry !== undefined && entry.schedule.recurrence !== null;
  const [one, setOne] = useState(isSeries);
  const [draft, setDraft] = useState<Draft>(() =>
    entry === undefined ? newDraft(new Date(), ownZone()) : draftOf(entry, one),
  );
  const [passed, setPassed] = useState<'date' | 'time'>();
  const dateField = useRef<HTMLInputElement>(null);
  const timeField = useRef<HTMLInputElement>(null);
  const { busy, error, run } = useAction();

  function set(change: Partial<Draft>): void {
    setPassed(undefined);
    setDraft({ ...draft, ...change });
  }

  function choose(onlyOne: boolean): void {
    if (entry === undefined) return;
    setOne(onlyOne);
    setPassed(undefined);
    // What was changed already is what is wanted of the other as well.
    setDraft({ ...draftOf(entry, onlyOne), ...changedIn(draft, draftOf(entry, one)) });
  }

  /** What says that a new time has passed. Of a series that has begun there are meetings to come. */
  function passedField(): 'date' | 'time' | undefined {
    const before = entry === undefined ? undefined : draftOf(entry, one);
    const isSame = draft.date === before?.date && draft.time === before.time;
    const goesOn = entry !== undefined && !one && draft.repeat !== 'once';
    return isSame || goesOn ? undefined : passedIn(draft, new Date());
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    const wrong = passedField();
    setPassed(wrong);
    if (wrong === undefined) store();
    else (wrong === 'date' ? dateField : timeField).current?.focus();
  }

  function store(): void {
    const { date, time, timeZone } = draft;
    const moved = entry === undefined || date !== draftOf(entry, one).date;
    let start: ReturnType<typeof instantOf> | undefined;
    void run(async () => {
      if (moved) start = instantOf(date, time, timeZone);
      await save(draft, entry, one);
    }).then((isSaved) => {
      if (isSaved) onSaved(start);
    });
  }

  return (
    <Dialog title={entry === undefined ? t('newTitle') : t('editTitle')} form onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        {error !== null && <ErrorNotice error={error} />}
        {isSeries && (
          <Select
            label={t('scope')}
            icon={<Icon name="repeat" size={18} />}
            value={one ? 'one' : 'all'}
            onChange={(event) => choose(event.target.value === 'one')}
            data-testid="scope"
          >
            <option value="one">{t('scopeOne')}</option>
            <option value="all">{t('scopeAll')}</option>
          </Select>
        )}
        <Text
          label={t('name')}
          value={draft.title}
          onChange={(title) => set({ title })}
          maxLength={120}
          testId="schedule-title"
        />
        <div className={styles.times}>
          <Text
            label={t('date')}
            type="date"
            value={draft.date}
            onChange={(date) => set({ date })}
            isRequired
            wrong={passed === 'date' ? t('passed') : undefined}
            inputRef={dateField}
            testId="schedule-date"
          />
          <Text
            label={t('time')}
            type="time"
            value={draft.time}
            onChange={(time) => set({ time })}
            isRequired
            // Otherwise the zone is a field of its own.
            {...(one && { description: `${t('zone')}: ${zoneName(draft.timeZone)}` })}
            wrong={passed === 'time' ? t('passed') : undefined}
            inputRef={timeField}
            testId="schedule-time"
          />
          <WholeNumber
            label={t('duration')}
            least={5}
            most={1_440}
            value={draft.durationMinutes}
            onChange={(durationMinutes) => set({ durationMinutes })}
            isRequired
          />
        </div>
        {!one && (
          <SeriesFields
            draft={draft}
            isNew={entry === undefined}
            hasPassword={entry?.schedule.hasPassword ?? false}
            onChange={set}
          />
        )}
        <DialogButtons>
          <Button onPress={onClose}>{t('back')}</Button>
          <Button look="primary" type="submit" unavailable={busy} data-testid="schedule-save">
            {t('save')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

function SeriesFields({
  draft,
  isNew,
  hasPassword,
  onChange,
}: {
  draft: Draft;
  isNew: boolean;
  hasPassword: boolean;
  onChange: (change: Partial<Draft>) => void;
}) {
  const { t } = useTranslation('calendar');
  const regions = useRegions();
  const zones = useZones(draft);
  return (
    <>
      <Select
        label={t('zone')}
        icon={<Icon name="globe" size={18} />}
        value={zoneName(draft.timeZone)}
        onChange={(event) => onChange({ timeZone: event.target.value })}
        data-testid="schedule-zone"
      >
        {zones.map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </Select>
      <div className={styles.choices}>
        <Select
          label={t('repeat')}
          icon={<Icon name="repeat" size={18} />}
          value={draft.repeat}
          onChange={(event) => onChange({ repeat: repeatOf(event.target.value) })}
          data-testid="schedule-repeat"
        >
          {draft.repeat === 'kept' && <option value="kept">{t('series')}</option>}
          {(['once', ...repetitions] as const).map((each) => (
            <option key={each} value={each}>
              {t(each)}
            </option>
          ))}
        </Select>
        {draft.repeat !== 'once' && draft.repeat !== 'kept' && (
          <Text
            label={t('until')}
            type="date"
            value={draft.until}
            onChange={(until) => onChange({ until })}
            testId="schedule-until"
          />
        )}
      </div>
      <div className={styles.choices}>
        {isNew && (
          <Select
            label={t('kind')}
            icon={<Icon name="people" size={18} />}
            value={draft.mode}
            onChange={(event) => onChange({ mode: event.target.value === 'webinar' ? 'webinar' : 'meeting' })}
            data-testid="schedule-mode"
          >
            <option value="meeting">{t('meeting')}</option>
            <option value="webinar">{t('webinar')}</option>
          </Select>
        )}
        <Select
          label={t('early')}
          icon={<Icon name="people" size={18} />}
          value={draft.earlyJoinMinutes}
          onChange={(event) => onChange({ earlyJoinMinutes: event.target.value })}
        >
          {[...new Set(['0', '5', '10', '30', '60', draft.earlyJoinMinutes])]
            .filter((each) => each !== '')
            .map((each) => (
              <option key={each} value={each}>
                {t('earlyMinutes', { count: Number(each) })}
              </option>
            ))}
          <option value="">{t('earlyAnytime')}</option>
        </Select>
      </div>
      <OptionsFields
        options={draft.options}
        mode={draft.mode}
        hasPassword={hasPassword}
        onChange={(options) => onChange({ options })}
      />
      {isNew && (
        <EncryptionChoice on={draft.encrypted} onChange={(encrypted) => onChange({ encrypted })}>
          {t('keyStaysHere')}
        </EncryptionChoice>
      )}
      <Details className={styles.audience}>
        <summary>{t('audience')}</summary>
        <div className={styles.choices}>
          {regions.map(({ id, name }) => (
            <WholeNumber
              key={id}
              label={name}
              least={0}
              most={10_000_000}
              value={draft.audience[id] ?? ''}
              onChange={(count) => onChange({ audience: { ...draft.audience, [id]: count } })}
            />
          ))}
        </div>
      </Details>
    </>
  );
}

/** The zones to choose from, as they are at noon of the meeting's day: clocks change by night. */
function useZones({ date, timeZone }: Draft): { name: string; label: string }[] {
  return useMemo(() => {
    const day = Number.isNaN(Date.parse(date)) ? new Date() : instantOf(date, '12:00', timeZone);
    return zoneNames(timeZone).map((name) => ({ name, label: zoneLabel(name, day) }));
  }, [date, timeZone]);
}

async function save(draft: Draft, entry: CalendarEntry | undefined, one: boolean): Promise<void> {
  if (entry === undefined) {
    const { recurrence, ...schedule } = toSchedule(draft);
    const { id } = await api.schedules.create(recurrence === null ? schedule : { ...schedule, recurrence });
    if (draft.encrypted) keepKeyOfSchedule(id, newEncryptionKey());
  } else if (one) {
    const { title, date, time, timeZone, durationMinutes } = draft;
    const startTime = instantOf(date, time, timeZone).toISOString();
    const change = { title: title.trim(), startTime, durationMinutes: Number(durationMinutes) };
    await api.schedules.changeMeeting(entry.schedule.id, entry.meetingId, change);
  } else {
    const { mode: _mode, ...change } = toSchedule(draft, entry.schedule);
    await api.schedules.change(entry.schedule.id, change);
  }
}

function repeatOf(value: string): Draft['repeat'] {
  return ([...repetitions, 'kept'] as const).find((each) => each === value) ?? 'once';
}

function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
