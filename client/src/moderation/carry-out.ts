import { TrackSource } from '@canopy/proto/media';
import type { LocalTracks } from '../media/local-tracks.ts';
import type { ModerationName } from './moderation.ts';

/** What was done to this participant holds for what it publishes, whether or not the application listens. */
export function carryOut(what: ModerationName, local: Pick<LocalTracks, 'mute' | 'stop'>): void {
  if (what === 'mute') local.mute(TrackSource.MICROPHONE);
  if (what === 'stop-camera') local.mute(TrackSource.CAMERA);
  if (what !== 'stop-screen') return;
  for (const source of [TrackSource.SCREEN, TrackSource.SCREEN_AUDIO]) void local.stop(source);
}
