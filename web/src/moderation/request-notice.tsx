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

/** Says what somebody asks for, once. Who keeps order also sees it, until they look, say no, or it is taken back. */
export function RequestNotice({ view, newestId, text, sign, testId, look, looking, onLook }: RequestNoticeProps) {
  const { t } = useTranslation();
  const [seenId, setSeenId] = useState<string | null>(null);
  const isShown = isManager(view) && !looking && newestId !== seenId;

  useEffect(() => {
    setSeenId((before) => (looking || before === newestId ? newestId : null));
  }, [looking, newestId]);

  return (
    <>
      <span className="visually-hidden" role="status">
        {newestId !== null && text}
      </span>
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
          <span aria-hidden="true">
            {sign} {text}
          </span>
        </Notice>
      )}
    </>
  );
}

/** Whoever else asked last, while they do. One who asked before others gave up is no news, nor who still asks when it is known again who does. */
export function useNewest<T extends Asking>(asking: readonly T[] | null, selfId: string): T | null {
  const known = useRef<ReadonlySet<string>>(new Set());
  const [newest, setNewest] = useState<T | null>(null);
  useEffect(() => {
    if (asking === null) return;
    const fresh = asking.filter(({ participantId }) => participantId !== selfId && !known.current.has(participantId));
    known.current = new Set(asking.map(({ participantId }) => participantId));
    setNewest((before) => fresh.at(-1) ?? asking.find((one) => one.participantId === before?.participantId) ?? null);
  }, [asking, selfId]);
  return newest;
}
