import type { BreakoutsView, Meeting } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import type { Act } from './act.ts';
import styles from './breakouts.module.css';
import { BroadcastForm } from './broadcast-form.tsx';
import { Countdown } from './countdown.tsx';
import { PeopleOf } from './people-of.tsx';
import { RoomCard } from './room-card.tsx';
import { TimerChoice } from './timer-choice.tsx';
import { useTimeLeft } from './use-time-left.ts';

/** For people to finish what they are saying. */
const graceSeconds = 30;

export interface ManageRoomsProps {
  meeting: Meeting;
  breakouts: BreakoutsView;
  act: Act;
}

/** Everything a host does with rooms, by menus and buttons alone. */
export function ManageRooms({ meeting, breakouts, act }: ManageRoomsProps) {
  const { t } = useTranslation('breakouts');
  const { phase, rooms, people, closesAt } = breakouts;
  const isOpen = phase === 'open';
  // It would put off what comes before.
  const closesSooner = useTimeLeft(closesAt, (leftMs) => leftMs <= graceSeconds * 1_000);
  const inMain = people.filter(({ roomId }) => roomId === null);
  return (
    <div className={styles.stack} data-testid="manage-breakouts">
      {isOpen && closesAt !== null && (
        <div className={styles.closing}>
          <Countdown closesAt={closesAt} />
          <Button data-testid="keep-breakouts" onPress={() => act(meeting.breakouts.change({ closesInSeconds: 0 }))}>
            {t('keepOpen')}
          </Button>
        </div>
      )}
      <div className={styles.actions}>
        <Button data-testid="shuffle-breakouts" onPress={() => act(meeting.breakouts.shuffle())}>
          {t('shuffle')}
        </Button>
        {!isOpen && (
          <Button
            look="primary"
            data-testid="open-breakouts"
            onPress={() => act(meeting.breakouts.change({ open: true }))}
          >
            {t('open')}
          </Button>
        )}
        {isOpen && !closesSooner && (
          <Button
            look="danger"
            data-testid="close-breakouts-soon"
            onPress={() => act(meeting.breakouts.change({ closesInSeconds: graceSeconds }))}
          >
            {t('closeSoon', { seconds: graceSeconds })}
          </Button>
        )}
        <Button data-testid="close-breakouts" onPress={() => act(meeting.breakouts.close())}>
          {isOpen ? t('closeNow') : t('discard')}
        </Button>
      </div>
      {isOpen && <TimerChoice meeting={meeting} closesAt={closesAt} act={act} />}
      {isOpen && <BroadcastForm meeting={meeting} act={act} />}
      {rooms.map((room) => (
        <RoomCard key={room.id} meeting={meeting} breakouts={breakouts} room={room} act={act} />
      ))}
      <section className={styles.room} data-testid="breakout-main">
        <h3>{t('people', { name: t('mainRoom'), count: inMain.length })}</h3>
        <PeopleOf meeting={meeting} people={inMain} breakouts={breakouts} act={act} />
      </section>
    </div>
  );
}
