/** The browser's own background blur (https://www.w3.org/TR/mediacapture-extensions/#exposing-mediastreamtrack-source-background-blur-support), which TypeScript does not know yet. */
type BlurCapabilities = MediaTrackCapabilities & { backgroundBlur?: boolean[] };
type BlurSettings = MediaTrackSettings & { backgroundBlur?: boolean };

export function canBlur(track: MediaStreamTrack | null): boolean {
  const capabilities: BlurCapabilities = track?.getCapabilities?.() ?? {};
  return capabilities.backgroundBlur?.includes(true) === true && capabilities.backgroundBlur.includes(false);
}

export function blurs(track: MediaStreamTrack | null): boolean {
  const settings: BlurSettings = track?.getSettings() ?? {};
  return settings.backgroundBlur === true;
}

export async function setBlur(track: MediaStreamTrack, backgroundBlur: boolean): Promise<void> {
  const constraints: MediaTrackConstraints & { backgroundBlur: boolean } = {
    ...track.getConstraints(),
    backgroundBlur,
  };
  await track.applyConstraints(constraints);
}
