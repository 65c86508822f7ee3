import { useStore } from 'zustand';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import type { DeviceKind, DeviceStore } from '../devices/device-store.ts';

const none = 'none';

export function DeviceChoice({ kind, device }: { kind: DeviceKind; device: DeviceStore }) {
  const { on, starting, deviceId, choices } = useStore(device);
  const active = on || starting;

  function choose(value: string): void {
    void (value === none ? device.setOn(false) : value === '' ? device.setOn(true) : device.select(value));
  }

  return (
    <Select
      label={kind === 'camera' ? 'Camera' : 'Microphone'}
      icon={<Icon name={kind} size={18} />}
      value={active ? (deviceId ?? '') : none}
      onChange={(event) => choose(event.target.value)}
    >
      {(choices.length === 0 || deviceId === undefined) && <option value="">Default {kind}</option>}
      {choices.map((choice, index) => (
        <option key={choice.deviceId} value={choice.deviceId}>
          {choice.label || `${kind === 'camera' ? 'Camera' : 'Microphone'} ${index + 1}`}
        </option>
      ))}
      <option value={none}>{kind === 'camera' ? 'No camera' : 'Microphone off'}</option>
    </Select>
  );
}
