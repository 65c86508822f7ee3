import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Check } from '../design/check.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import styles from '../settings/settings-dialog.module.css';
import { canFilterNoise, chooseNoiseFilter, noiseChoice } from './noise-choice.ts';

/** The switch of the noise filter, or why there is none. */
export function NoiseCheck({ microphone }: { microphone: DeviceStore }) {
  const { t } = useTranslation('settings');
  const { on, failed } = useStore(noiseChoice);
  if (!canFilterNoise) return <p className={styles.note}>{t('noNoiseFilter')}</p>;
  return (
    <>
      <Check
        label={t('noiseFilter')}
        on={on}
        testId="noise-filter"
        onChange={(wanted) => {
          chooseNoiseFilter(wanted);
          void microphone.restart();
        }}
      />
      <p className={styles.note} role="status">
        {failed && t('noiseFilterFailed')}
      </p>
    </>
  );
}
