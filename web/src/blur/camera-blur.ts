import { BlurRefusedError } from './blur-errors.ts';

/** The camera's own background blur (https://www.w3.org/TR/mediacapture-extensions/#exposing-mediastreamtrack-source-background-blur-support), which TypeScript does not know yet. */
type BlurCapabilities = MediaTrackCapabilities & { backgroundBlur?: boolean[] };
type BlurSettings = MediaTrackSettings & { backgroundBlur?: boolean };

/** Whether the camera can blur and stop blurring. */
export function cameraCanBlur(track: MediaStreamTrack): boolean {
  const capabilities: BlurCapabilities = track.getCapabilities?.() ?? {};
  return capabilities.backgroundBlur?.includes(true) === true && capabilities.backgroundBlur.includes(false);
}

export function cameraBlurs(track: MediaStreamTrack): boolean {
  const settings: BlurSettings = track.getSettings();
  return settings.backgroundBlur === true;
}

/** Resolves once the camera does so. Rejects with BlurRefusedError where it does not. */
export async function setCameraBlur(track: MediaStreamTrack, backgroundBlur: boolean): Promise<void> {
  const constraints: MediaTrackConstraints & { backgroundBlur: boolean } = {
    ...track.getConstraints(),
    backgroundBlur,
  };
  try {
    await track.applyConstraints(constraints);
  } catch (cause) {
    throw new BlurRefusedError('the camera refuses', { cause });
  }
  // A browser may pass over what it can't do.
  if (cameraBlurs(track) !== backgroundBlur) throw new BlurRefusedError('the camera does otherwise');
}
