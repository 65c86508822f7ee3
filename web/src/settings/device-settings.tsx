import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { BlurCheck } from '../blur/blur-check.tsx';
import { Button } from '../design/button.tsx';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { canChooseOutput, chooseOutput, output, playTestTone, refreshOutputs } from '../devices/output.ts';
import { NoiseCheck } from '../noise/noise-check.tsx';
import { DeviceChoice } from '../prejoin/device-choice.tsx';
import styles from './settings-dialog.module.css';

export interface DeviceSettingsProps {
  /** Null for those who only watch. */
  devices: { camera: DeviceStore; microphone: DeviceStore } | null;
}

/** What one is seen and heard with, and where one hears the others. */
export function DeviceSettings({ devices }: DeviceSettingsProps) {
  const { t } = useTranslation('settings');
  return (
    <fieldset className={styles.section}>
      <legend>{t('devices')}</legend>
      {devices !== null && (
        <>
          <DeviceChoice kind="camera" device={devices.camera} />
          <BlurCheck camera={devices.camera} otherwise={<p className={styles.note}>{t('noBlur')}</p>} />
          <DeviceChoice kind="microphone" device={devices.microphone} />
          <NoiseCheck microphone={devices.microphone} />
        </>
      )}
      <SpeakerChoice />
    </fieldset>
  );
}

/** Chooses where the others are heard, and lets one try whether that works. */
export function SpeakerChoice() {
  const { t } = useTranslation('settings');
  const { deviceId, choices } = useStore(output);
  useEffect(() => void refreshOutputs(), []);
  return (
    <>
      {canChooseOutput ? (
        <Select
          label={t('speaker')}
          icon={<Icon name="wave" size={18} />}
          value={deviceId}
          data-testid="speaker"
          onChange={(event) => chooseOutput(event.target.value)}
        >
          <option value="">{t('defaultSpeaker')}</option>
          {choices
            .filter((choice) => choice.deviceId !== 'default')
            .map((choice, index) => (
              <option key={choice.deviceId} value={choice.deviceId}>
                {choice.label || t('numbered', { kind: t('speaker'), number: index + 1 })}
              </option>
            ))}
        </Select>
      ) : (
        <p className={styles.note}>{t('noSpeakerChoice')}</p>
      )}
      <Button data-testid="test-speaker" onPress={() => void playTestTone()}>
        {t('testSpeaker')}
      </Button>
    </>
  );
}
