import type { BreakoutsView, Meeting } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import type { Act } from './act.ts';
import styles from './breakouts.module.css';

/** The rooms, for those who may choose one. */
export function ChooseRoom({ meeting, breakouts, act }: { meeting: Meeting; breakouts: BreakoutsView; act: Act }) {
  const { t } = useTranslation('breakouts');
  const { phase, selfChosen, rooms, ownRoom } = breakouts;
  if (phase !== 'open' || !selfChosen) return <p className={styles.hint}>{t('noChoice')}</p>;
  return (
    <div className={styles.stack}>
      <p className={styles.hint}>{t('chooseHint')}</p>
      <ul className={styles.rooms} aria-label={t('choose')}>
        {rooms.map(({ id, name }) => (
          <li key={id} className={styles.person}>
            <span className={styles.name}>{name}</span>
            {ownRoom?.id === id ? (
              <span className={styles.hint}>{t('here')}</span>
            ) : (
              <Button
                aria-label={t('goTo', { name })}
                data-testid="choose-room"
                onPress={() => act(meeting.breakouts.choose(id))}
              >
                {t('go')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
