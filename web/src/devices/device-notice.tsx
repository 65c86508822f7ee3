import { useStore } from 'zustand';
import styles from './device-notice.module.css';
import type { DeviceStore } from './device-store.ts';

/** Says, during the meeting, what became of a device. */
export function DeviceNotice({ devices }: { devices: readonly DeviceStore[] }) {
  return (
    <div className={styles.notice} role="status">
      {devices.map((device, index) => (
        // The list never changes.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Text key={index} device={device} />
      ))}
    </div>
  );
}

function Text({ device }: { device: DeviceStore }) {
  const error = useStore(device, (state) => state.error);
  return error === null ? null : <p>{error}</p>;
}
