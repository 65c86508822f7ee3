import { blurChoice } from '../blur/blur-choice.ts';
import { BlurRefusedError } from '../blur/blur-errors.ts';
import { cameraBlurs, cameraCanBlur, setCameraBlur } from '../blur/camera-blur.ts';
import { aborted, onAbort } from '../lib/on-abort.ts';
import { noiseChoice, noiseFilterFailed } from '../noise/noise-choice.ts';

/** How long what blurs may take to load: some 3 MB. */
const blurLoadsWithinMs = 30_000;

/** A device that is open. */
export interface Captured {
  /** What it gives, perhaps filtered. */
  track: MediaStreamTrack;
  /** As it comes from the hardware: it knows its device, and ends with it. */
  origin: MediaStreamTrack;
  /** Resolves with the reason when what filters it can't go on, and gives nothing more. */
  broken?: Promise<unknown>;
}

/** Opens a device; a microphone without noise and a camera with a blurred background, if that was chosen. Rejects with BlurRefusedError, or with getUserMedia's DOMException; where pages may not capture at all (no HTTPS) that is a NotAllowedError too.
 *
 * @param signal turns the hardware off at once, and ends what filters it, also while that is being loaded
 */
export async function capture(
  kind: 'camera' | 'microphone',
  deviceId: string | undefined,
  signal: AbortSignal,
): Promise<Captured> {
  const device = deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
  if (kind === 'camera') return blurredAsChosen(await open(ofCamera(device), signal), signal);
  if (!noiseChoice.getState().on) return asItIs(await open(ofMicrophone(device, true), signal));
  const origin = await open(ofMicrophone(device, false), signal);
  try {
    const { withoutNoise } = await import('../noise/noise-filter.ts');
    const { track, close } = await withoutNoise(origin);
    onAbort(signal, close);
    return { track, origin };
  } catch (error) {
    signal.throwIfAborted();
    console.warn('canopy: no noise filter', error);
    origin.stop();
    noiseFilterFailed();
    return asItIs(await open(ofMicrophone(device, true), signal));
  }
}

/** Who does not want their room to be seen is rather not seen at all. The camera's own blur costs least. */
async function blurredAsChosen(camera: MediaStreamTrack, signal: AbortSignal): Promise<Captured> {
  if (!blurChoice.getState().on || cameraBlurs(camera) || (await blursNow(camera))) return asItIs(camera);
  try {
    const loading = AbortSignal.any([signal, AbortSignal.timeout(blurLoadsWithinMs)]);
    const { withBlurredBackground } = await Promise.race([import('../blur/blur-filter.ts'), aborted(loading)]);
    return { ...(await withBlurredBackground(camera, loading, signal)), origin: camera };
  } catch (error) {
    signal.throwIfAborted();
    console.warn('canopy: no background blur', error);
    camera.stop();
    throw error instanceof BlurRefusedError ? error : new BlurRefusedError('no filter', { cause: error });
  }
}

/** Whether the camera blurs by itself, now that it is asked to. */
async function blursNow(camera: MediaStreamTrack): Promise<boolean> {
  if (!cameraCanBlur(camera)) return false;
  try {
    await setCameraBlur(camera, true);
    return true;
  } catch (error) {
    console.debug('canopy: the camera does not blur by itself', error);
    return false;
  }
}

function asItIs(track: MediaStreamTrack): Captured {
  return { track, origin: track };
}

async function open(constraints: MediaStreamConstraints, signal: AbortSignal): Promise<MediaStreamTrack> {
  if (!navigator.mediaDevices) throw new DOMException('media needs a secure context', 'NotAllowedError');
  const stream = await navigator.mediaDevices.getUserMedia(constraints);
  const [track] = stream.getTracks();
  if (track === undefined) throw new DOMException('no track', 'NotFoundError');
  onAbort(signal, () => track.stop());
  signal.throwIfAborted();
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
