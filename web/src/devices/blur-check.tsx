import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Check } from '../design/check.tsx';
import styles from '../settings/settings-dialog.module.css';
import { canBlur } from './blur.ts';
import { blurChoice, chooseBlur } from './blur-choice.ts';
import type { DeviceStore } from './device-store.ts';

export interface BlurCheckProps {
  camera: DeviceStore;
  /** Stands in its place where the camera can't blur. */
  otherwise?: ReactNode;
}

/** The switch of the background blur. Who chose it can take that back whatever camera there is. */
export function BlurCheck({ camera, otherwise = null }: BlurCheckProps) {
  const { t } = useTranslation('settings');
  const { track, starting } = useStore(camera);
  const { on, refused } = useStore(blurChoice);
  if (!on && starting) return null;
  if (!on && !canBlur(track)) return otherwise;
  return (
    <>
      <Check
        label={t('blur')}
        on={on}
        testId="blur"
        onChange={(wanted) => {
          void chooseBlur(wanted, track);
          // One that is just being opened was perhaps asked already.
          if (track === null) void camera.restart();
        }}
      />
      <p className={styles.note} role="status">
        {refused && t('blurRefused')}
      </p>
    </>
  );
}
