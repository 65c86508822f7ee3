import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { humanError } from '../lib/error-texts.ts';
import styles from './reactions.module.css';
import { useHands } from './use-hands.ts';

/** Who wants to speak, in the order of raising. Hosts lower hands. */
export function HandQueue({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation('reactions');
  const hands = useHands(meeting);
  const [failure, setFailure] = useState<string | null>(null);
  const manages = view.self.role === Role.HOST || view.self.role === Role.COHOST;
  if (hands.length === 0) return null;

  function lower(participantId: string): void {
    meeting.hands.lower(participantId).then(
      () => setFailure(null),
      (error: unknown) => setFailure(humanError(error).title),
    );
  }

  return (
    <>
      <h3 className={styles.heading}>{t('hands')}</h3>
      <ol data-testid="hands">
        {hands.map(({ participantId, name }) => (
          <li key={participantId} className={styles.hand}>
            <span>✋ {name}</span>
            {(manages || participantId === view.self.participantId) && (
              <Button aria-label={t('lowerOf', { name })} onPress={() => lower(participantId)}>
                {t('lowerShort')}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {failure !== null && <p role="alert">{failure}</p>}
    </>
  );
}
