import type { Meeting, MeetingView, RaisedHand } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { isManager } from '../moderation/use-moderation.ts';
import { useHands } from './use-hands.ts';

export interface HandNoticeProps {
  meeting: Meeting;
  view: MeetingView;
  /** The queue is on view anyway. */
  looking: boolean;
  onLook: () => void;
}

/** Says who raised a hand. Who keeps order also sees it, until they look, say no, or the hand is lowered; for the others it stands at the tile. */
export function HandNotice({ meeting, view, looking, onLook }: HandNoticeProps) {
  const { t } = useTranslation(['reactions', 'common']);
  const newest = useNewHand(useHands(meeting), view.self.participantId);
  const newestId = newest?.participantId ?? null;
  const [seenId, setSeenId] = useState<string | null>(null);
  const text = newest === null ? null : t('raisedBy', { name: newest.name });
  const isShown = isManager(view) && !looking && newestId !== seenId;

  useEffect(() => {
    setSeenId((before) => (looking || before === newestId ? newestId : null));
  }, [looking, newestId]);

  return (
    <div role="status">
      {text !== null && !isShown && <span className="visually-hidden">{text}</span>}
      {text !== null && isShown && (
        <Notice
          testId="hand-notice"
          actions={
            <>
              <Button onPress={() => setSeenId(newestId)}>{t('common:dismiss')}</Button>
              <Button look="primary" onPress={onLook} data-testid="show-hands">
                {t('show')}
              </Button>
            </>
          }
        >
          ✋ {text}
        </Notice>
      )}
    </div>
  );
}

/** The hand of somebody else that was raised last, while it is up. One that was up before others were lowered is no news. */
function useNewHand(hands: readonly RaisedHand[], selfId: string): RaisedHand | null {
  const known = useRef<ReadonlySet<string>>(new Set());
  const [newest, setNewest] = useState<RaisedHand | null>(null);
  useEffect(() => {
    const fresh = hands.filter(({ participantId }) => participantId !== selfId && !known.current.has(participantId));
    known.current = new Set(hands.map(({ participantId }) => participantId));
    setNewest((before) => fresh.at(-1) ?? hands.find((hand) => hand.participantId === before?.participantId) ?? null);
  }, [hands, selfId]);
  return newest;
}
