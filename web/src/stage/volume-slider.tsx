import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import styles from './tile-menu.module.css';
import { setVolume, volumeOf, volumes } from './volumes.ts';

/** How loud somebody is here, and nowhere else. */
export function VolumeSlider({ name }: { name: string }) {
  const { t } = useTranslation('stage');
  const { level, muted } = useStore(volumes, (all) => volumeOf(all, name));
  return (
    <div className={styles.volume}>
      <label>
        {t('volume', { name })}
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={level}
          onChange={(event) => setVolume(name, { level: event.target.valueAsNumber })}
        />
      </label>
      <Button onPress={() => setVolume(name, { muted: !muted })}>{t(muted ? 'unmuteForMe' : 'muteForMe')}</Button>
    </div>
  );
}
