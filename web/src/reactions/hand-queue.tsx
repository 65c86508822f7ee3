import type { Meeting, MeetingView } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Failure } from '../design/failure.tsx';
import { useAttempt } from '../lib/use-attempt.ts';
import { isManager } from '../moderation/use-moderation.ts';
import styles from './reactions.module.css';
import { useHands } from './use-hands.ts';

/** Who wants to speak, in the order of raising. Hosts lower hands. */
export function HandQueue({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation('reactions');
  const hands = useHands(meeting);
  const { failure, act } = useAttempt();
  const manages = isManager(view);
  if (hands.length === 0) return null;

  return (
    <>
      <h3 className={styles.heading}>{t('hands')}</h3>
      <ol data-testid="hands">
        {hands.map(({ participantId, name }) => (
          <li key={participantId} className={styles.hand}>
            <span>✋ {name}</span>
            {(manages || participantId === view.self.participantId) && (
              <Button aria-label={t('lowerOf', { name })} onPress={() => act(meeting.hands.lower(participantId))}>
                {t('lowerShort')}
              </Button>
            )}
          </li>
        ))}
      </ol>
      <Failure text={failure} />
    </>
  );
}
