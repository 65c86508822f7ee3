/** The browser's own background blur (https://www.w3.org/TR/mediacapture-extensions/#exposing-mediastreamtrack-source-background-blur-support), which TypeScript does not know yet. */
type BlurConstraints = MediaTrackSupportedConstraints & { backgroundBlur?: boolean };
type BlurCapabilities = MediaTrackCapabilities & { backgroundBlur?: boolean[] };
type BlurSettings = MediaTrackSettings & { backgroundBlur?: boolean };

/** The camera does not blur what it was to blur, or goes on blurring it. */
export class BlurRefusedError extends Error {}

/** Of a camera that is not open (null) it is only known what this browser can. */
export function canBlur(track: MediaStreamTrack | null): boolean {
  if (track === null) {
    const constraints: BlurConstraints = navigator.mediaDevices?.getSupportedConstraints() ?? {};
    return constraints.backgroundBlur === true;
  }
  const capabilities: BlurCapabilities = track.getCapabilities?.() ?? {};
  return capabilities.backgroundBlur?.includes(true) === true && capabilities.backgroundBlur.includes(false);
}

export function blurs(track: MediaStreamTrack): boolean {
  const settings: BlurSettings = track.getSettings();
  return settings.backgroundBlur === true;
}

/** Resolves once the camera does so. Rejects with BlurRefusedError where it does not. */
export async function setBlur(track: MediaStreamTrack, backgroundBlur: boolean): Promise<void> {
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
  if (blurs(track) !== backgroundBlur) throw new BlurRefusedError('the camera does otherwise');
}
