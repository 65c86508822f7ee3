import type { MeetingView } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { playTrack } from '../design/play-track.ts';
import { output, playThere } from '../devices/output.ts';
import { volumeOf, volumes } from '../stage/volumes.ts';

/** Plays everybody else. Browsers may want a click first, such as after a reload. */
export function RemoteAudio({ view }: { view: MeetingView }) {
  const { t } = useTranslation('meeting');
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
        <Player
          key={`${trackId}/${attempt}`}
          track={track}
          name={nameOf(view, trackId)}
          onBlocked={() => setBlocked(true)}
        />
      ))}
      <div role="status">
        {blocked && (
          <Notice
            actions={
              <Button look="primary" onPress={retry}>
                {t('turnOnSound')}
              </Button>
            }
          >
            {t('soundBlocked')}
          </Notice>
        )}
      </div>
    </>
  );
}

function nameOf({ tracks, participants }: MeetingView, trackId: string): string {
  return participants.get(tracks.get(trackId)?.participantId ?? '')?.name ?? '';
}

interface PlayerProps {
  track: MediaStreamTrack;
  /** Who is heard. */
  name: string;
  onBlocked: () => void;
}

function Player({ track, name, onBlocked }: PlayerProps) {
  const element = useRef<HTMLAudioElement>(null);
  const { level, muted } = useStore(volumes, (all) => volumeOf(all, name));
  const deviceId = useStore(output, (state) => state.deviceId);
  useEffect(() => {
    if (element.current !== null) element.current.volume = level;
  }, [level]);
  useEffect(() => {
    if (element.current !== null) void playThere(element.current, deviceId);
  }, [deviceId]);
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
  return <audio ref={element} muted={muted} data-name={name} />;
}
