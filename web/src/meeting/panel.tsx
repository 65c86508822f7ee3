import type { ChatView, Meeting, MeetingView } from '@canopy/client';
import { lazy, Suspense } from 'react';
import { BreakoutsPanel } from '../breakouts/breakouts-panel.tsx';
import { ChatPanel } from '../chat/chat-panel.tsx';
import type { Person } from '../chat/recipients.ts';
import { ErrorBoundary } from '../design/error-boundary.tsx';
import { PollsPanel } from '../polls/polls-panel.tsx';
import { QuestionsPanel } from '../questions/questions-panel.tsx';
import { ParticipantsPanel } from './participants-panel.tsx';

const StatisticsPanel = lazy(() => import('../quality/statistics-panel.tsx'));
const PlanPanel = lazy(() => import('../plan/plan-panel.tsx'));

/** What stands beside the stage. */
export type Panel = 'people' | 'plan' | 'chat' | 'questions' | 'polls' | 'breakouts' | 'statistics';

export interface PanelOfProps {
  panel: Panel;
  meeting: Meeting;
  view: MeetingView;
  chat: ChatView;
  /** Whom to write to. */
  addressee: Person | null;
  /** Somebody is to be written to. */
  onMessage: (person: Person) => void;
  onClose: () => void;
  onError: (error: unknown) => void;
}

/** One that breaks, or can't be loaded, costs nobody the meeting. */
export function PanelOf({ onClose, onError, ...props }: PanelOfProps) {
  return (
    <ErrorBoundary
      fallback={null}
      onError={(error) => {
        onError(error);
        onClose();
      }}
    >
      <Suspense>
        <Content {...props} onClose={onClose} onError={onError} />
      </Suspense>
    </ErrorBoundary>
  );
}

function Content({ panel, chat, addressee, onMessage, ...props }: PanelOfProps) {
  switch (panel) {
    case 'people':
      return <ParticipantsPanel {...props} onMessage={onMessage} />;
    case 'chat':
      return <ChatPanel {...props} chat={chat} to={addressee} />;
    case 'questions':
      return <QuestionsPanel {...props} />;
    case 'polls':
      return <PollsPanel {...props} />;
    case 'breakouts':
      return <BreakoutsPanel {...props} />;
    case 'statistics':
      return <StatisticsPanel {...props} />;
    case 'plan':
      return <PlanPanel meetingId={props.view.meetingId} onClose={props.onClose} />;
  }
}
