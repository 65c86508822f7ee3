import {
  type LocalTrack,
  type Meeting,
  type MeetingEvents,
  type MeetingView,
  Role,
  type TrackSource,
} from '@canopy/client';
import type { DeviceStore } from '../devices/device-store.ts';

/** What of a meeting is needed to publish in it. */
export interface PublishedTo extends Pick<Meeting, 'publish'> {
  readonly view: {
    readonly self: {
      readonly participantId: string;
      readonly role: Role;
      readonly published: ReadonlyMap<TrackSource, LocalTrack>;
    };
    readonly participants: Pick<MeetingView['participants'], 'has'>;
  };
  readonly events: {
    on(name: 'publishFailed', listener: (failure: MeetingEvents['publishFailed']) => void): () => void;
    on(name: 'stateChanged', listener: () => void): () => void;
  };
}

/** They may publish now: what failed while that was taken from them is no fault. */
export function mayPublish({ view }: Pick<PublishedTo, 'view'>): boolean {
  return view.self.role !== Role.ATTENDEE;
}

/** A microphone that is open and silent is published all the same, to be heard from the first word on; not where that would put somebody of a large meeting's crowd before everybody. */
function isKeptBack({ self, participants }: PublishedTo['view'], muted: boolean): boolean {
  return muted && !participants.has(self.participantId);
}

/** Publishes what a device gives, and follows it: on, off, another device. Where others are not to have it, it is off here as well. Returns the function that ends that. */
export function publishDevice(
  meeting: PublishedTo,
  source: typeof TrackSource.CAMERA | typeof TrackSource.MICROPHONE,
  device: Pick<DeviceStore, 'getState' | 'subscribe' | 'setOn'>,
  onError: (error: unknown) => void,
): () => void {
  let stopped = false;
  function follow(): void {
    if (!mayPublish(meeting)) return;
    const { on, track, starting } = device.getState();
    const published = meeting.view.self.published.get(source);
    const muted = !on || track === null;
    if (starting || (published === undefined && (track === null || isKeptBack(meeting.view, muted)))) return;
    if (published?.media === track && published?.muted === muted) return;
    meeting.publish(source, track, { muted }).catch((error: unknown) => {
      if (stopped || !mayPublish(meeting)) return;
      if (!muted && meeting.view.self.published.get(source)?.muted !== false) void device.setOn(false);
      onError(error);
    });
  }
  function heed(): void {
    const { on, track } = device.getState();
    const published = meeting.view.self.published.get(source);
    if (on && track !== null && published?.media === track && published.muted) void device.setOn(false);
  }
  follow();
  const stops = [
    device.subscribe(follow),
    // Of what a host muted while nothing could be told there is no other sign.
    meeting.events.on('stateChanged', heed),
    // What could not be published again, after a new join, is off here as well.
    meeting.events.on('publishFailed', (failure) => {
      if (failure.source === source) void device.setOn(false);
    }),
  ];
  return () => {
    stopped = true;
    for (const stop of stops) stop();
  };
}
