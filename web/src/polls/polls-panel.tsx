import type { Meeting, MeetingView } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Failure } from '../design/failure.tsx';
import { SidePanel } from '../design/side-panel.tsx';
import { useAttempt } from '../lib/use-attempt.ts';
import { isManager } from '../moderation/use-moderation.ts';
import { CreatePoll } from './create-poll.tsx';
import { PollCard } from './poll-card.tsx';
import styles from './polls.module.css';
import { usePolls } from './use-polls.ts';

export interface PollsPanelProps {
  meeting: Meeting;
  view: MeetingView;
  onClose: () => void;
}

/** The polls, the newest first; for hosts and cohosts also where to make one. */
export function PollsPanel({ meeting, view, onClose }: PollsPanelProps) {
  const { t } = useTranslation('polls');
  const polls = usePolls(meeting);
  const [creating, setCreating] = useState(false);
  const { failure, act } = useAttempt();
  const manages = isManager(view);

  return (
    <SidePanel title={t('title')} onClose={onClose}>
      <div className={styles.panel}>
        <Failure text={failure} />
        {manages && !creating && (
          <Button wide onPress={() => setCreating(true)} data-testid="new-poll">
            {t('create')}
          </Button>
        )}
        {manages && creating && <CreatePoll meeting={meeting} act={act} onDone={() => setCreating(false)} />}
        {polls.length === 0 && !creating && <p className={styles.hint}>{t('empty')}</p>}
        {polls.toReversed().map((poll) => (
          <PollCard key={poll.id} meeting={meeting} poll={poll} manages={manages} act={act} />
        ))}
      </div>
    </SidePanel>
  );
}
