import { createStore } from 'zustand/vanilla';
import { readRemembered, remember } from '../lib/remembered.ts';
import { cameraCanBlur, setCameraBlur } from './camera-blur.ts';

const key = 'canopy.blur';

/** Whether the filter has what it needs; browsers without it blur only what a camera of theirs blurs itself. */
const canFilter = ['Worker', 'WebAssembly', 'OffscreenCanvas', 'VideoFrame', 'ImageBitmapRenderingContext'].every(
  (name) => name in globalThis,
);

interface BlurChoice {
  /** What the person wants. */
  readonly on: boolean;
  /** The camera did not do what they chose last. */
  readonly refused: boolean;
}

/** Whether cameras blur the background. */
export const blurChoice = createStore<BlurChoice>(() => ({ on: readRemembered(key, false), refused: false }));

/** Counts up with each choice. */
let latest = 0;

blurChoice.subscribe(({ on }) => remember(key, on));

/** Of a camera that is not open (null) it is only known what this browser can. */
export function canBlur(camera: MediaStreamTrack | null): boolean {
  return canFilter || (camera !== null && cameraCanBlur(camera));
}

/** For all cameras that are opened from now on, and for the one that is open, if it can change by itself. What it refuses, and no filter does in its place, is not chosen. Resolves with whether the camera is to be opened anew for that: filters begin and end with it. */
export async function chooseBlur(on: boolean, camera: MediaStreamTrack | null): Promise<boolean> {
  const mine = ++latest;
  const before = blurChoice.getState().on;
  blurChoice.setState({ on, refused: false });
  // One that is just being opened was perhaps asked already.
  if (camera === null || !cameraCanBlur(camera)) return true;
  try {
    await setCameraBlur(camera, on);
  } catch (error) {
    console.debug('canopy: the camera’s own blur stays as it was', error);
    // Something else may be chosen by now, or another camera be open.
    if (mine !== latest || camera.readyState === 'ended') return false;
    if (on && canFilter) return true;
    blurChoice.setState({ on: before, refused: true });
  }
  return false;
}
