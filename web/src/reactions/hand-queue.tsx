import { type Meeting, type MeetingView, type RaisedHand, Role, TrackSource } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Failure } from '../design/failure.tsx';
import { Icon } from '../design/icon.tsx';
import { useAttempt } from '../lib/use-attempt.ts';
import { isManager } from '../moderation/use-moderation.ts';
import styles from './reactions.module.css';
import { useHands } from './use-hands.ts';

/** Who wants to speak, in the order of raising. Hosts give the word, and lower hands. */
export function HandQueue({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation('reactions');
  const hands = useHands(meeting);
  const { failure, act } = useAttempt();
  if (hands.length === 0) return null;

  return (
    <>
      <h3 className={styles.heading}>{t('hands')}</h3>
      <ol data-testid="hands">
        {hands.map((hand) => (
          <Hand key={hand.participantId} meeting={meeting} view={view} hand={hand} act={act} />
        ))}
      </ol>
      <Failure text={failure} />
    </>
  );
}

interface HandProps {
  meeting: Meeting;
  view: MeetingView;
  hand: RaisedHand;
  act: (work: Promise<unknown>) => void;
}

function Hand({ meeting, view, hand: { participantId, name }, act }: HandProps) {
  const { t } = useTranslation('reactions');
  const { moderation, hands } = meeting;
  const isOwn = participantId === view.self.participantId;
  const manages = isManager(view);
  const word = manages && !isOwn ? wordFor(participantId, view) : null;
  return (
    <li className={styles.hand}>
      <span className={styles.who}>
        <Icon name="hand" size={18} />
        <span dir="auto">{name}</span>
      </span>
      <div className={styles.word}>
        {word === 'bring' && (
          <Button
            aria-label={t('bringOf', { name })}
            data-testid="bring-on-stage"
            onPress={() => act(moderation.changeRole(participantId, 'panelist'))}
          >
            {t('bring')}
          </Button>
        )}
        {word === 'ask' && (
          <Button
            aria-label={t('askOf', { name })}
            data-testid="ask-hand"
            onPress={() => act(moderation.moderate(participantId, 'ask-to-unmute'))}
          >
            {t('ask')}
          </Button>
        )}
        {(manages || isOwn) && (
          <Button aria-label={t('lowerOf', { name })} onPress={() => act(hands.lower(participantId))}>
            {t('lowerShort')}
          </Button>
        )}
      </div>
    </li>
  );
}

/** What lets somebody speak: a place on the stage, or a microphone; null: nothing is missing. */
function wordFor(participantId: string, { participants, tracks }: MeetingView): 'bring' | 'ask' | null {
  // Of an audience not everybody is known here.
  const role = participants.get(participantId)?.role ?? Role.ATTENDEE;
  if (role === Role.ATTENDEE) return 'bring';
  const isHeard = [...tracks.values()].some(
    (track) => track.participantId === participantId && track.source === TrackSource.MICROPHONE && !track.muted,
  );
  return isHeard ? null : 'ask';
}
