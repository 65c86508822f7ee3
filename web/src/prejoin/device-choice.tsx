import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import type { DeviceKind, DeviceStore } from '../devices/device-store.ts';

const none = 'none';

export function DeviceChoice({ kind, device }: { kind: DeviceKind; device: DeviceStore }) {
  const { t } = useTranslation('settings');
  const { on, starting, track, deviceId, choices } = useStore(device);
  // One that is off was not looked at.
  useEffect(() => void device.refresh(), [device]);
  const active = on || starting || track !== null;

  function choose(value: string): void {
    if (value !== none) return void (value === '' ? device.choose(true) : device.select(value));
    void device.choose(false);
    device.release();
  }

  return (
    <Select
      label={t(kind)}
      icon={<Icon name={kind} size={18} />}
      value={active ? (deviceId ?? '') : none}
      onChange={(event) => choose(event.target.value)}
    >
      {(choices.length === 0 || deviceId === undefined) && (
        <option value="">{t(kind === 'camera' ? 'defaultCamera' : 'defaultMicrophone')}</option>
      )}
      {choices.map((choice, index) => (
        <option key={choice.deviceId} value={choice.deviceId}>
          {choice.label || t('numbered', { kind: t(kind), number: index + 1 })}
        </option>
      ))}
      <option value={none}>{t(kind === 'camera' ? 'noCamera' : 'microphoneOff')}</option>
    </Select>
  );
}
