import type { MeetingView } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { isManager } from './use-moderation.ts';

/** Somebody who wants something of those who keep order. */
interface Asking {
  readonly participantId: string;
}

export interface RequestNoticeProps {
  view: MeetingView;
  /** Who asked last, and still does. */
  newestId: string | null;
  /** What they want, in words. */
  text: string;
  /** Before it, for those who see it. */
  sign?: string;
  testId: string;
  look: { label: string; testId: string };
  /** What they want is on view anyway. */
  looking: boolean;
  onLook: () => void;
}

/** Says what somebody asks for. Who keeps order also sees it, until they look, say no, or it is taken back. */
export function RequestNotice({ view, newestId, text, sign, testId, look, looking, onLook }: RequestNoticeProps) {
  const { t } = useTranslation();
  const [seenId, setSeenId] = useState<string | null>(null);
  const isShown = isManager(view) && !looking && newestId !== seenId;

  useEffect(() => {
    setSeenId((before) => (looking || before === newestId ? newestId : null));
  }, [looking, newestId]);

  return (
    <div role="status">
      {newestId !== null && !isShown && <span className="visually-hidden">{text}</span>}
      {newestId !== null && isShown && (
        <Notice
          testId={testId}
          actions={
            <>
              <Button onPress={() => setSeenId(newestId)}>{t('dismiss')}</Button>
              <Button look="primary" onPress={onLook} data-testid={look.testId}>
                {look.label}
              </Button>
            </>
          }
        >
          {sign} {text}
        </Notice>
      )}
    </div>
  );
}

/** Whoever else asked last, while they do. One who asked before others gave up is no news. */
export function useNewest<T extends Asking>(asking: readonly T[], selfId: string): T | null {
  const known = useRef<ReadonlySet<string>>(new Set());
  const [newest, setNewest] = useState<T | null>(null);
  useEffect(() => {
    const fresh = asking.filter(({ participantId }) => participantId !== selfId && !known.current.has(participantId));
    known.current = new Set(asking.map(({ participantId }) => participantId));
    setNewest((before) => fresh.at(-1) ?? asking.find((one) => one.participantId === before?.participantId) ?? null);
  }, [asking, selfId]);
  return newest;
}
