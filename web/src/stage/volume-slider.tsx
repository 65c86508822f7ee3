import { TrackSource } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import styles from './tile-menu.module.css';
import { canSetLevel, type Sound, setVolume, volumeOf, volumes } from './volumes.ts';

export interface VolumeSliderProps {
  participantId: string;
  /** Whose it is. */
  name: string;
  sound: Sound;
}

/** How loud somebody, or what they share, is here and nowhere else; where the browser has no say in that, whether they are heard. */
export function VolumeSlider({ participantId, name, sound }: VolumeSliderProps) {
  const { t } = useTranslation('stage');
  const { level, muted } = useStore(volumes, (all) => volumeOf(all, participantId, sound));
  const set = (change: Parameters<typeof setVolume>[2]) => setVolume(participantId, sound, change);
  return (
    <div className={styles.volume}>
      {canSetLevel() && (
        <label>
          {t(sound === TrackSource.SCREEN_AUDIO ? 'screenVolume' : 'volume', { name })}
          <input
            type="range"
            min={0}
            max={1}
            step={0.05}
            value={level}
            data-testid="volume"
            onChange={(event) => set({ level: event.target.valueAsNumber })}
          />
        </label>
      )}
      <Button data-testid="mute-for-me" onPress={() => set({ muted: !muted })}>
        {t(muted ? 'unmuteForMe' : 'muteForMe')}
      </Button>
    </div>
  );
}
