import { useStore } from 'zustand';
import { RoundButton } from '../design/round-button.tsx';
import type { DeviceKind, DeviceStore } from './device-store.ts';

export function DeviceToggle({ kind, device }: { kind: DeviceKind; device: DeviceStore }) {
  const { on, starting } = useStore(device);
  const label = `${on ? 'Turn off' : 'Turn on'} ${kind}`;
  return (
    <RoundButton
      icon={on ? kind : `${kind}Off`}
      label={label}
      look={on ? 'plain' : 'off'}
      isDisabled={starting}
      data-testid={`toggle-${kind}`}
      data-on={on}
      onPress={() => void device.setOn(!on)}
    />
  );
}
