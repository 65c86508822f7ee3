import { useEffect, useRef } from 'react';
import { watchLevel } from './level-meter.ts';
import styles from './microphone-meter.module.css';

const bars = [0.15, 0.3, 0.45, 0.6, 0.75, 0.9];

/** Shows that the microphone hears something. Levels go straight to the element: React would be busy with nothing else. */
export function MicrophoneMeter({ track }: { track: MediaStreamTrack | null }) {
  const meter = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = meter.current;
    if (track === null || element === null) return;
    const stop = watchLevel(track, (level) => element.style.setProperty('--level', level.toFixed(3)));
    return () => {
      stop();
      element.style.removeProperty('--level');
    };
  }, [track]);
  return (
    <div ref={meter} className={styles.meter} aria-hidden="true" data-testid="microphone-meter">
      {bars.map((threshold) => (
        <span key={threshold} style={{ '--threshold': threshold }} />
      ))}
    </div>
  );
}
