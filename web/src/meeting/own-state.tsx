import { type MeetingView, Role, TrackSource } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DeviceStore } from '../devices/device-store.ts';

/** Says aloud, to those who listen, whether they are heard and seen: what is published, not what was switched on here. Nothing to the audience, which is neither, nor of what a key is held for: who holds it knows. */
export function OwnState({ view, microphone }: { view: MeetingView; microphone: DeviceStore }) {
  const { t } = useTranslation('settings');
  const onStage = view.self.role !== Role.ATTENDEE;
  // When the key is let go the device is off first, and then what is published.
  const open = useStore(microphone, ({ on, held }) => on && !held);
  const heard = open && isSent(view, TrackSource.MICROPHONE);
  const seen = isSent(view, TrackSource.CAMERA);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="own-state">
      {onStage && `${t(heard ? 'isHeard' : 'isNotHeard')} ${t(seen ? 'isSeen' : 'isNotSeen')}`}
    </div>
  );
}

/** Whether others are sent what comes from there. */
function isSent({ self }: MeetingView, source: TrackSource): boolean {
  const track = self.published.get(source);
  return track !== undefined && track.media !== null && !track.muted;
}
