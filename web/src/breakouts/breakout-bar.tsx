import { type BreakoutRoom, type Meeting, type MeetingView, Role } from '@canopy/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { isManager } from '../moderation/use-moderation.ts';
import styles from './breakout-bar.module.css';
import { Countdown } from './countdown.tsx';
import { useBreakouts } from './use-breakouts.ts';
import { useTimeLeft } from './use-time-left.ts';

export interface BreakoutBarProps {
  meeting: Meeting;
  view: MeetingView;
  onError: (error: unknown) => void;
}

/** For somebody in a room: which one it is, how long it lasts, and the ways out. */
export function BreakoutBar({ meeting, view, onError }: BreakoutBarProps) {
  const { phase, rooms } = useBreakouts(meeting);
  const room = phase === 'open' ? rooms.find(({ id }) => id === view.meetingId) : undefined;
  // Whoever asked for help in another room has not done so here.
  return room && <Bar key={room.id} room={room} meeting={meeting} view={view} onError={onError} />;
}

function Bar({ meeting, view, room, onError }: BreakoutBarProps & { room: BreakoutRoom }) {
  const { t } = useTranslation('breakouts');
  const [asked, setAsked] = useState(false);
  const { closesAt } = useBreakouts(meeting);
  const closesSoon = useTimeLeft(closesAt, (leftMs) => leftMs < 60_000);
  const isHelped = [...view.participants.values()].some(({ role }) => role === Role.HOST || role === Role.COHOST);

  useEffect(() => {
    // Whoever comes to help has heard it, and may be asked for again.
    if (isHelped) setAsked(false);
  }, [isHelped]);

  async function ask(wanted: boolean): Promise<void> {
    await meeting.breakouts.askForHelp(wanted);
    setAsked(wanted);
  }

  return (
    <section className={styles.bar} aria-label={t('inRoom')} data-testid="breakout-bar">
      <strong>{room.name}</strong>
      {closesAt !== null && <Countdown closesAt={closesAt} />}
      <span role="status" className="visually-hidden">
        {closesSoon && t('closesSoon')}
      </span>
      <span className={styles.actions}>
        {!isManager(view) && (
          <Button data-testid="ask-for-help" onPress={() => void ask(!asked).catch(onError)}>
            {t(asked ? 'helpNoMore' : 'askForHelp')}
          </Button>
        )}
        <span role="status">{asked && t('helpAsked')}</span>
        <Button data-testid="back-to-main" onPress={() => void meeting.breakouts.choose(null).catch(onError)}>
          {t('back')}
        </Button>
      </span>
    </section>
  );
}
