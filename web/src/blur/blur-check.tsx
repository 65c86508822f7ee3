import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Check } from '../design/check.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import styles from '../settings/settings-dialog.module.css';
import { blurChoice, canBlur, chooseBlur } from './blur-choice.ts';

export interface BlurCheckProps {
  camera: DeviceStore;
  /** Stands in its place where nothing can blur. */
  otherwise?: ReactNode;
}

/** The switch of the background blur. Who chose it can take that back whatever camera there is. */
export function BlurCheck({ camera, otherwise = null }: BlurCheckProps) {
  const { t } = useTranslation('settings');
  const { track, starting } = useStore(camera);
  const { on, refused } = useStore(blurChoice);
  if (!on && !canBlur(track)) return starting ? null : otherwise;
  async function choose(wanted: boolean): Promise<void> {
    if (await chooseBlur(wanted, track)) await camera.restart();
  }
  return (
    <>
      <Check label={t('blur')} on={on} testId="blur" onChange={(wanted) => void choose(wanted)} />
      <p className={styles.note} role="status">
        {refused && t('blurRefused')}
      </p>
    </>
  );
}
