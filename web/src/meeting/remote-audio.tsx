import type { MeetingView } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../design/button.tsx';
import { playTrack } from '../design/play-track.ts';
import styles from './remote-audio.module.css';

/** Plays everybody else. Browsers may want a click first, such as after a reload. */
export function RemoteAudio({ view }: { view: MeetingView }) {
  const [blocked, setBlocked] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const audio = [...view.received].filter(([, track]) => track.kind === 'audio');

  function retry(): void {
    setBlocked(false);
    setAttempt(attempt + 1);
  }

  return (
    <>
      {audio.map(([trackId, track]) => (
        <Player key={`${trackId}/${attempt}`} track={track} onBlocked={() => setBlocked(true)} />
      ))}
      {blocked && (
        <div className={styles.unblock}>
          <Button look="primary" onPress={retry}>
            Turn on sound
          </Button>
        </div>
      )}
    </>
  );
}

function Player({ track, onBlocked }: { track: MediaStreamTrack; onBlocked: () => void }) {
  const element = useRef<HTMLAudioElement>(null);
  const blocked = useRef(onBlocked);
  useEffect(() => {
    blocked.current = onBlocked;
  });
  useEffect(() => {
    const audio = element.current;
    if (audio === null) return;
    playTrack(audio, track);
    audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') blocked.current();
    });
  }, [track]);
  useEffect(() => {
    const audio = element.current;
    return () => {
      if (audio !== null) audio.srcObject = null;
    };
  }, []);
  // biome-ignore lint/a11y/useMediaCaption: live speech has no caption track
  return <audio ref={element} />;
}
