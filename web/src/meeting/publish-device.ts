import type { Meeting, TrackSource } from '@canopy/client';
import type { DeviceStore } from '../devices/device-store.ts';

/** Publishes what a device gives, and follows it: on, off, another device. Where others are not to have it, it is off here as well. Returns the function that ends that. */
export function publishDevice(
  meeting: Meeting,
  source: typeof TrackSource.CAMERA | typeof TrackSource.MICROPHONE,
  device: DeviceStore,
  onError: (error: unknown) => void,
): () => void {
  function follow(): void {
    const { on, track, starting } = device.getState();
    const published = meeting.view.self.published.get(source);
    const muted = !on || track === null;
    if (starting || (published === undefined && track === null)) return;
    if (published?.media === track && published?.muted === muted) return;
    meeting.publish(source, track, { muted }).catch((error: unknown) => {
      if (!muted && meeting.view.self.published.get(source)?.muted !== false) void device.setOn(false);
      onError(error);
    });
  }
  follow();
  return device.subscribe(follow);
}
