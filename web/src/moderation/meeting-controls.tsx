import { longestDoorMessage, type Meeting, type MeetingView, type Rules } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Check } from '../design/check.tsx';
import { TextForm } from '../design/text-form.tsx';
import styles from './moderation.module.css';
import { isManager, useModeration } from './use-moderation.ts';

export interface MeetingControlsProps {
  meeting: Meeting;
  view: MeetingView;
  onError: (error: unknown) => void;
}

/** The rules of the meeting, and who waits at its door: for hosts and cohosts. */
export function MeetingControls({ meeting, view, onError }: MeetingControlsProps) {
  const { t } = useTranslation('moderation');
  const { rules } = useModeration(meeting);
  if (!isManager(view)) return null;
  const set = (change: Partial<Rules>) => void meeting.moderation.changeRules(change).catch(onError);
  return (
    <section className={styles.controls} aria-label={t('controls')}>
      <LobbyList meeting={meeting} onError={onError} />
      <Button data-testid="mute-all" onPress={() => void meeting.moderation.muteAll(rules.mayUnmute).catch(onError)}>
        {t('muteAll')}
      </Button>
      <Check
        testId="may-unmute"
        label={t('mayUnmute')}
        on={rules.mayUnmute}
        onChange={(on) => set({ mayUnmute: on })}
      />
      <Check testId="lock" label={t('locked')} on={rules.locked} onChange={(on) => set({ locked: on })} />
      <Check
        testId="lobby"
        label={t('lobby')}
        on={rules.lobby !== 'off'}
        onChange={(on) => set({ lobby: on ? 'guests' : 'off' })}
      />
    </section>
  );
}

function LobbyList({ meeting, onError }: Pick<MeetingControlsProps, 'meeting' | 'onError'>) {
  const { t } = useTranslation('moderation');
  const { waiting } = useModeration(meeting);
  if (waiting.length === 0) return null;
  const admit = (who: string) => void meeting.moderation.admit(who).catch(onError);
  return (
    <>
      <h3 className={styles.heading}>{t('waitingTitle', { count: waiting.length })}</h3>
      <ul data-testid="lobby-list">
        {waiting.map(({ participantId, name, fromBannedNetwork }) => (
          <li key={participantId} className={styles.waiting}>
            <span>{name}</span>
            {fromBannedNetwork && <small className={styles.doubt}>{t('fromBannedNetwork')}</small>}
            <div className={styles.answers}>
              <Button
                look="primary"
                aria-label={t('admitName', { name })}
                data-testid="admit"
                onPress={() => admit(participantId)}
              >
                {t('admit')}
              </Button>
              <Button
                aria-label={t('denyName', { name })}
                data-testid="deny"
                onPress={() => void meeting.moderation.deny(participantId).catch(onError)}
              >
                {t('deny')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {waiting.length > 1 && (
        <Button wide data-testid="admit-all" onPress={() => admit('everybody')}>
          {t('admitAll')}
        </Button>
      )}
      <TextForm
        label={t('tellWaiting')}
        placeholder={t('tellWaiting')}
        longest={longestDoorMessage}
        action={t('tell')}
        testId="tell-waiting"
        keptAs="tell-waiting"
        act={(work) => void work.catch(onError)}
        onSubmit={(text) => meeting.moderation.tellWaiting(text)}
      />
    </>
  );
}
