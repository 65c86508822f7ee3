import { TrackKind, TrackSource, type TrackWant } from '@canopy/proto/media';
import type { Participant, Track } from '@canopy/proto/signal';

/** A stage, and what somebody who sees one video and hears one voice at a time is shown of it now. */
export interface StageView {
  /** In the order of publication. */
  tracks: readonly Track[];
  participants: readonly Participant[];
  /** The microphone of whoever speaks, or spoke last; or the sound of a screen, where that is what is heard. */
  speaker: Track | undefined;
  /** Only what this participant publishes. */
  onlyParticipantId: string | undefined;
  /** Ids of the tracks shown so far. */
  shown: ReadonlySet<string>;
}

/** Device pixels: as large as there is. */
const full = { width: 1_920, height: 1_080 };

/**
 * Of the videos the newest shared screen, else whom hosts put before everybody's eyes, else whoever speaks, else the one
 * shown so far, else the first camera. Of the sounds the speaker's or a screen's, whichever is heard, else the one played so
 * far, else the microphone of whoever is shown, else the newest that is on.
 */
export function mainTracks(view: StageView): TrackWant[] {
  const { onlyParticipantId: only, shown, speaker } = view;
  const there = view.tracks.filter((track) => !track.muted && (only === undefined || track.participantId === only));
  const spotlit = view.participants.find(({ spotlight }) => spotlight === true)?.id;
  const of = (source: TrackSource) => there.filter((track) => track.source === source);
  const cameras = of(TrackSource.CAMERA);
  const video =
    of(TrackSource.SCREEN).at(-1) ??
    cameras.find(({ participantId }) => participantId === spotlit) ??
    cameras.find(({ participantId }) => participantId === speaker?.participantId) ??
    cameras.find(({ id }) => shown.has(id)) ??
    cameras[0];
  const microphones = of(TrackSource.MICROPHONE);
  const sounds = there.filter(({ kind }) => kind === TrackKind.AUDIO);
  const audio =
    sounds.find(({ id }) => id === speaker?.id) ??
    sounds.find(({ id }) => shown.has(id)) ??
    microphones.find(({ participantId }) => participantId === video?.participantId) ??
    microphones.at(-1);
  return [audio, video].flatMap((track) =>
    track === undefined
      ? []
      : [{ trackId: track.id, ...(track.kind === TrackKind.VIDEO ? full : { width: 0, height: 0 }), priority: 100 }],
  );
}
