import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { RoundButton } from '../design/round-button.tsx';
import type { DeviceKind, DeviceStore } from './device-store.ts';

const texts = {
  camera: { on: 'turnOnCamera', off: 'turnOffCamera' },
  microphone: { on: 'turnOnMicrophone', off: 'turnOffMicrophone' },
} as const;

export function DeviceToggle({ kind, device }: { kind: DeviceKind; device: DeviceStore }) {
  const { t } = useTranslation('settings');
  const { on, starting } = useStore(device);
  const label = t(texts[kind][on ? 'off' : 'on']);
  return (
    <RoundButton
      icon={on ? kind : `${kind}Off`}
      label={label}
      look={on ? 'plain' : 'off'}
      // What takes its time to start can be left again.
      unavailable={starting && !on}
      data-testid={`toggle-${kind}`}
      data-on={on}
      onPress={() => void device.choose(!on)}
    />
  );
}
