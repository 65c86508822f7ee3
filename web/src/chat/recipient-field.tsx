import type { Meeting, MeetingView } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Failure } from '../design/failure.tsx';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { named } from '../meeting/people-order.ts';
import { PersonSearch } from '../meeting/person-search.tsx';
import { useAttendeePages } from '../meeting/use-attendee-pages.ts';
import styles from './chat.module.css';
import { type Person, type Recipient, recipients } from './recipients.ts';

export interface RecipientFieldProps {
  meeting: Meeting;
  view: MeetingView;
  /** Null while somebody is being looked for. */
  to: Recipient | null;
  /** Who is answered. */
  answered: Person | null;
  onChange: (to: Recipient | null) => void;
}

/** More are found by name. */
const mostListed = 20;
const mostFound = 8;
const search = 'search';

/** For whom a message is: everyone, the stage, or somebody, chosen from a list or, where that would be long, found by name. */
export function RecipientField({ meeting, view, to, answered, onChange }: RecipientFieldProps) {
  const { t } = useTranslation('chat');
  const chosen = to === null || typeof to === 'string' ? null : to;
  const near = [chosen, answered].filter((person) => person !== null);
  const all = recipients(view, near);
  const isLong = all.length > mostListed || view.moreAttendees;
  const listed = all.length > mostListed ? all.filter(({ id }) => near.some((person) => person.id === id)) : all;

  function choose(id: string): void {
    if (id === 'everyone' || id === 'stage') onChange(id);
    else onChange(all.find((person) => person.id === id) ?? null);
  }

  return (
    <div className={styles.recipient}>
      <Select
        inline
        label={t('recipient')}
        icon={<Icon name="people" size={18} />}
        value={optionOf(to)}
        onChange={(event) => choose(event.target.value)}
        data-testid="chat-recipient"
      >
        <option value="everyone">{t('everyone')}</option>
        {(view.mode === 'webinar' || to === 'stage') && <option value="stage">{t('stage')}</option>}
        {listed.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        {(isLong || to === null) && <option value={search}>{t('findRecipient')}</option>}
      </Select>
      {to === null && <RecipientSearch meeting={meeting} view={view} people={all} onChoose={onChange} />}
    </div>
  );
}

interface RecipientSearchProps {
  meeting: Meeting;
  view: MeetingView;
  people: readonly Person[];
  onChoose: (person: Person) => void;
}

function RecipientSearch({ meeting, view, people, onChoose }: RecipientSearchProps) {
  const { t } = useTranslation('meeting');
  const [typed, setTyped] = useState('');
  const { busy, failure, load } = useAttendeePages(meeting, view);
  const found = named(people, typed);
  return (
    <>
      <PersonSearch typed={typed} onType={setTyped} nobody={found.length === 0} />
      <ul className={styles.found} data-testid="found-recipients">
        {found.slice(0, mostFound).map((person) => (
          <li key={person.id}>
            <Button wide onPress={() => onChoose(person)}>
              {person.name}
            </Button>
          </li>
        ))}
      </ul>
      {view.moreAttendees && (
        <Button wide unavailable={busy} onPress={load}>
          {busy ? t('loading') : t('searchMore', { count: view.attendeeCount - view.attendees.size })}
        </Button>
      )}
      <Failure text={failure} />
    </>
  );
}

function optionOf(to: Recipient | null): string {
  if (to === null) return search;
  return typeof to === 'string' ? to : to.id;
}
