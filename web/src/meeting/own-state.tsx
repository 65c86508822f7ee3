import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DeviceStore } from '../devices/device-store.ts';

/** Says aloud, to those who listen, whether they are heard and seen. */
export function OwnState({ camera, microphone }: { camera: DeviceStore; microphone: DeviceStore }) {
  const { t } = useTranslation('settings');
  const heard = useStore(microphone, ({ on }) => on);
  const seen = useStore(camera, ({ on }) => on);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {`${t(heard ? 'isHeard' : 'isNotHeard')} ${t(seen ? 'isSeen' : 'isNotSeen')}`}
    </div>
  );
}
