import { type MeetingView, playTrack, type Track, TrackSource } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { output, playThere } from '../devices/output.ts';
import { soundOf, volumeOf, volumes } from '../stage/volumes.ts';

/** Plays everybody else. Browsers may want a click first, such as after a reload. */
export function RemoteAudio({ view }: { view: MeetingView }) {
  const { t } = useTranslation('meeting');
  const [blocked, setBlocked] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const audio = [...view.received].flatMap(([id, media]) => {
    const track = view.tracks.get(id);
    return track === undefined || media.kind !== 'audio' ? [] : [{ track, media }];
  });

  function retry(): void {
    setBlocked(false);
    setAttempt(attempt + 1);
  }

  return (
    <>
      {audio.map(({ track, media }) => (
        <Player key={`${track.id}/${attempt}`} track={track} media={media} onBlocked={() => setBlocked(true)} />
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

interface PlayerProps {
  track: Track;
  media: MediaStreamTrack;
  onBlocked: () => void;
}

function Player({ track: { participantId, source }, media, onBlocked }: PlayerProps) {
  const element = useRef<HTMLAudioElement>(null);
  const { level, muted } = useStore(volumes, (all) => volumeOf(all, participantId, soundOf(source)));
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
    playTrack(audio, media);
    audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') blocked.current();
    });
  }, [media]);
  useEffect(() => {
    const audio = element.current;
    return () => {
      if (audio !== null) audio.srcObject = null;
    };
  }, []);
  return (
    <audio
      ref={element}
      muted={muted}
      data-participant-id={participantId}
      data-sound={source === TrackSource.SCREEN_AUDIO ? 'screen' : 'voice'}
    />
  );
}
