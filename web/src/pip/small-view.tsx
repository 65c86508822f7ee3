import type { MeetingView, VisibleSizes } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Avatar } from '../design/avatar.tsx';
import { Icon } from '../design/icon.tsx';
import { VideoView } from '../design/video-view.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { elapsed } from './elapsed.ts';
import styles from './small-view.module.css';
import { shownInSmall } from './speaker.ts';

export interface SmallViewProps {
  view: MeetingView;
  /** Told what is shown here, so that it is received. */
  sizes: VisibleSizes;
  /** When this person came, as `Date.now()` says it. */
  since: number;
  /** Null for those who only watch. */
  microphone: DeviceStore | null;
}

/** What is needed of a meeting while one looks at something else: who speaks, one's own microphone, and the time. */
export function SmallView({ view, sizes, since, microphone }: SmallViewProps) {
  const { t } = useTranslation('stage');
  const main = useRef<HTMLElement>(null);
  const before = useRef<string | null>(null);
  const shown = shownInSmall(view, before.current);
  useEffect(() => {
    before.current = shown?.participantId ?? null;
  });
  const cameraId = shown?.cameraId ?? null;
  useEffect(() => {
    if (cameraId !== null && main.current !== null) return sizes.observeAbove(cameraId, main.current);
    return undefined;
  }, [sizes, cameraId]);
  return (
    <main ref={main} className={styles.view} data-testid="small-view">
      {shown === null && <p className={styles.nobody}>{t('nobodyElse')}</p>}
      {shown !== null && shown.media === null && (
        <div className={styles.none}>
          <Avatar name={shown.name} />
        </div>
      )}
      {shown !== null && shown.media !== null && <VideoView track={shown.media} label={shown.name} />}
      <footer className={styles.bar}>
        <span className={styles.name}>{shown?.name}</span>
        <Timer since={since} />
        {microphone !== null && <MuteButton microphone={microphone} />}
      </footer>
    </main>
  );
}

function Timer({ since }: { since: number }) {
  const { t } = useTranslation('stage');
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span role="timer" aria-label={t('timeSinceJoin')} className={styles.time}>
      {elapsed(now - since)}
    </span>
  );
}

/** The browser's own button: it lives in another window than the page. */
function MuteButton({ microphone }: { microphone: DeviceStore }) {
  const { t } = useTranslation('settings');
  const { on, starting } = useStore(microphone);
  const label = t(on ? 'turnOffMicrophone' : 'turnOnMicrophone');
  return (
    <button
      type="button"
      className={styles.mute}
      aria-label={label}
      title={label}
      aria-disabled={starting}
      data-testid="small-mute"
      data-on={on}
      onClick={() => {
        if (!starting) void microphone.choose(!on);
      }}
    >
      <Icon name={on ? 'microphone' : 'microphoneOff'} size={18} />
    </button>
  );
}
