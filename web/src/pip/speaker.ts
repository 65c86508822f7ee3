import { type MeetingView, TrackSource } from '@canopy/client';

/** Who a small window shows, and the picture if there is one. */
export interface Shown {
  participantId: string;
  name: string;
  /** The track to receive; null: the camera is off. */
  cameraId: string | null;
  /** Null also before the picture is received. */
  media: MediaStreamTrack | null;
}

/** Whoever speaks, of the others; else who was shown before, while they are there; else who came first. Null: nobody else is there. */
export function shownInSmall(view: MeetingView, before: string | null): Shown | null {
  const others = [...view.participants.values()].filter(({ id }) => id !== view.self.participantId);
  const person =
    others.find(({ id }) => view.activeSpeakers.has(id)) ?? others.find(({ id }) => id === before) ?? others[0];
  if (person === undefined) return null;
  const camera = [...view.tracks.values()].find(
    ({ participantId, source, muted }) => participantId === person.id && source === TrackSource.CAMERA && !muted,
  );
  const media = camera === undefined ? null : (view.received.get(camera.id) ?? null);
  return { participantId: person.id, name: person.name, cameraId: camera?.id ?? null, media };
}
