import type { MeetingView, VisibleSizes } from '@canopy/client';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../design/round-button.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { SmallView } from './small-view.tsx';
import { canOpenSmallWindow, openSmallWindow } from './small-window.ts';

export interface SmallWindowButtonProps {
  view: MeetingView;
  sizes: VisibleSizes;
  /** Null for those who only watch. */
  microphone: DeviceStore | null;
  onError: (error: unknown) => void;
}

/** Keeps the meeting in a small window above others; where browsers have none, a tile's menu still has picture in picture. */
export function SmallWindowButton({ view, sizes, microphone, onError }: SmallWindowButtonProps) {
  const { t } = useTranslation('stage');
  const [since] = useState(Date.now);
  const [small, setSmall] = useState<Window | null>(null);

  useEffect(() => {
    if (small === null) return;
    const closed = () => setSmall(null);
    small.addEventListener('pagehide', closed);
    return () => {
      small.removeEventListener('pagehide', closed);
      small.close();
    };
  }, [small]);

  if (!canOpenSmallWindow()) return null;
  const toggle = () => (small === null ? openSmallWindow().then(setSmall, onError) : setSmall(null));
  return (
    <>
      <RoundButton
        icon="smallWindow"
        label={t(small === null ? 'openSmall' : 'closeSmall')}
        look={small === null ? 'plain' : 'active'}
        data-testid="small-window"
        onPress={() => void toggle()}
      />
      {small !== null &&
        createPortal(
          <SmallView view={view} sizes={sizes} since={since} microphone={microphone} />,
          small.document.body,
        )}
    </>
  );
}
