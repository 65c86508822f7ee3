import type { Meeting, MeetingView } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { UnreadBadge } from '../design/unread-badge.tsx';
import { useHands } from './use-hands.ts';

/** How many others want to speak. */
export function HandBadge({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation('reactions');
  const count = useHands(meeting).filter(({ participantId }) => participantId !== view.self.participantId).length;
  return <UnreadBadge count={count} label={t('count', { count })} testId="hand-count" />;
}
