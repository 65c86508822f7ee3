import type { BreakoutPerson, BreakoutsView, Meeting } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../design/avatar.tsx';
import type { Act } from './act.ts';
import styles from './breakouts.module.css';

export interface PeopleOfProps {
  meeting: Meeting;
  people: readonly BreakoutPerson[];
  breakouts: BreakoutsView;
  act: Act;
}

/** People of one room, each with a menu of where else they could be. */
export function PeopleOf({ meeting, people, breakouts, act }: PeopleOfProps) {
  const { t } = useTranslation('breakouts');
  // Before the rooms are open nobody can be there.
  const isOpen = breakouts.phase === 'open';
  if (people.length === 0) return <p className={styles.hint}>{t('nobody')}</p>;
  return (
    <ul className={styles.people}>
      {people.map(({ participantId, name, roomId, present, asksForHelp }) => (
        <li key={participantId} className={styles.person} data-help={asksForHelp}>
          <Avatar name={name} small />
          <span className={styles.name}>
            {name}
            {asksForHelp && <strong> {t('asksForHelp')}</strong>}
            {isOpen && !present && <small> {t('away')}</small>}
          </span>
          <select
            className={styles.where}
            aria-label={t('roomOf', { name })}
            value={roomId ?? ''}
            onChange={({ target }) =>
              act(meeting.breakouts.assign(participantId, target.value === '' ? null : target.value))
            }
            data-testid="assign-room"
          >
            <option value="">{t('mainRoom')}</option>
            {breakouts.rooms.map((room) => (
              <option key={room.id} value={room.id}>
                {room.name}
              </option>
            ))}
          </select>
        </li>
      ))}
    </ul>
  );
}
