import { playTrack } from '@canopy/client';
import { useEffect, useRef } from 'react';
import { cx } from '../lib/cx.ts';
import { playWhenAllowed } from '../lib/play-when-allowed.ts';
import styles from './video-view.module.css';

export interface VideoViewProps {
  track: MediaStreamTrack;
  label: string;
  /** As in a mirror, for people who look at themselves. */
  mirrored?: boolean;
  /** Shows all of it rather than filling the space. */
  whole?: boolean;
}

export function VideoView({ track, label, mirrored = false, whole = false }: VideoViewProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    playTrack(element, track);
    return playWhenAllowed(element);
  }, [track]);
  useEffect(() => {
    const element = video.current;
    return () => {
      if (element !== null) element.srcObject = null;
    };
  }, []);
  return (
    <video
      ref={video}
      className={cx(styles.video, mirrored && styles.mirrored, whole && styles.whole)}
      aria-label={label}
      autoPlay
      playsInline
      muted
    />
  );
}
