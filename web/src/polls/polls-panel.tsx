import type { Meeting, MeetingView } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { SidePanel } from '../design/side-panel.tsx';
import { humanError } from '../lib/error-texts.ts';
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
  const [failure, setFailure] = useState<string | null>(null);
  const manages = isManager(view);

  function act(work: Promise<void>): void {
    work.then(
      () => setFailure(null),
      (error: unknown) => setFailure(humanError(error).title),
    );
  }

  return (
    <SidePanel title={t('title')} onClose={onClose}>
      <div className={styles.panel}>
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
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
