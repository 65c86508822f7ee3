import { blurChoice } from '../blur/blur-choice.ts';
import { BlurRefusedError } from '../blur/blur-errors.ts';
import { cameraBlurs, cameraCanBlur, setCameraBlur } from '../blur/camera-blur.ts';
import { noiseChoice, noiseFilterFailed } from '../noise/noise-choice.ts';

/** A device that is open. */
export interface Captured {
  /** What it gives, perhaps filtered. */
  track: MediaStreamTrack;
  /** As it comes from the hardware: it knows its device, and ends with it. */
  origin: MediaStreamTrack;
  /** Turns the hardware off. */
  close: () => void;
  /** Resolves with the reason when what filters it can't go on, and gives nothing more. */
  broken?: Promise<unknown>;
}

/** Opens a device; a microphone without noise and a camera with a blurred background, if that was chosen. Rejects with BlurRefusedError, or with getUserMedia's DOMException; where pages may not capture at all (no HTTPS) that is a NotAllowedError too. */
export async function capture(kind: 'camera' | 'microphone', deviceId: string | undefined): Promise<Captured> {
  const device = deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
  if (kind === 'camera') return blurredAsChosen(await open(ofCamera(device)));
  if (!noiseChoice.getState().on) return asItIs(await open(ofMicrophone(device, true)));
  const origin = await open(ofMicrophone(device, false));
  try {
    const { withoutNoise } = await import('../noise/noise-filter.ts');
    return filtered(origin, await withoutNoise(origin));
  } catch (error) {
    console.warn('canopy: no noise filter', error);
    origin.stop();
    noiseFilterFailed();
    return asItIs(await open(ofMicrophone(device, true)));
  }
}

/** Who does not want their room to be seen is rather not seen at all. The camera's own blur costs least. */
async function blurredAsChosen(camera: MediaStreamTrack): Promise<Captured> {
  if (!blurChoice.getState().on || cameraBlurs(camera)) return asItIs(camera);
  try {
    if (cameraCanBlur(camera)) {
      await setCameraBlur(camera, true);
      return asItIs(camera);
    }
    const { withBlurredBackground } = await import('../blur/blur-filter.ts');
    return filtered(camera, await withBlurredBackground(camera));
  } catch (error) {
    console.warn('canopy: no background blur', error);
    camera.stop();
    throw error instanceof BlurRefusedError ? error : new BlurRefusedError('no filter', { cause: error });
  }
}

function filtered(origin: MediaStreamTrack, { close, ...filter }: Omit<Captured, 'origin'>): Captured {
  const closeBoth = () => {
    close();
    origin.stop();
  };
  return { ...filter, origin, close: closeBoth };
}

function asItIs(track: MediaStreamTrack): Captured {
  return { track, origin: track, close: () => track.stop() };
}

async function open(constraints: MediaStreamConstraints): Promise<MediaStreamTrack> {
  if (!navigator.mediaDevices) throw new DOMException('media needs a secure context', 'NotAllowedError');
  const stream = await navigator.mediaDevices.getUserMedia(constraints);
  const [track] = stream.getTracks();
  if (track === undefined) throw new DOMException('no track', 'NotFoundError');
  return track;
}

/** `noiseSuppression`: the browser's own, which a filter of ours would only have to work against. */
function ofMicrophone(device: MediaTrackConstraints, noiseSuppression: boolean): MediaStreamConstraints {
  return { audio: { ...device, echoCancellation: true, noiseSuppression, autoGainControl: true } };
}

function ofCamera(device: MediaTrackConstraints): MediaStreamConstraints {
  return { video: { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } };
}

const types = { camera: 'videoinput', microphone: 'audioinput', speaker: 'audiooutput' } as const;

/** Cameras, microphones or speakers, with names once the person has allowed one of them. */
export async function listDevices(kind: keyof typeof types): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((device) => device.kind === types[kind] && device.deviceId !== '');
}
