import { onAbort } from '../lib/on-abort.ts';
import { BlurRefusedError, BlurTooSlowError } from './blur-errors.ts';
import { type BlurWorker, startBlurWorker } from './blur-worker.ts';
import { type Film, filmOf } from './film.ts';
import { watchPace } from './pace.ts';

/** Slower than this, a picture is filmed smaller: there is less to blur. */
const smooth = { withinMs: 100, patienceMs: 5_000 };
/** Lines of a smaller picture that is wider than it is high. */
const fewLines = 360;
/** Slower than this, it is no film. */
const bearable = { withinMs: 1_000, patienceMs: 10_000 };

/** A picture whose background is blurred. */
export interface BlurredPicture {
  track: MediaStreamTrack;
  /** Resolves with the reason if the picture can't go on; it has ended then. */
  broken: Promise<BlurRefusedError>;
}

/** Blurs what is behind people, in a worker; pictures that come while it works are passed over, so that a slow device shows fewer, and smaller ones. Resolves with the first picture. Rejects where that can't be done, with BlurTooSlowError where it would take too long.
 *
 * @param loading when it aborts, what is not loaded by then is given up
 * @param signal ends all of it; the camera stays as it is
 */
export async function withBlurredBackground(
  camera: MediaStreamTrack,
  loading: AbortSignal,
  signal: AbortSignal,
): Promise<BlurredPicture> {
  const worker = await startBlurWorker(loading);
  try {
    signal.throwIfAborted();
    return await filmBlurred(filmOf(camera), worker, camera, signal);
  } catch (error) {
    worker.stop();
    throw error;
  }
}

async function filmBlurred(
  film: Film,
  worker: BlurWorker,
  camera: MediaStreamTrack,
  signal: AbortSignal,
): Promise<BlurredPicture> {
  const begun = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<BlurRefusedError>();
  const paces = [
    watchPace(smooth, () => void filmSmaller(camera)),
    watchPace(bearable, () => fail(new BlurTooSlowError('no picture is done in time'))),
  ];
  let open = true;

  function close(): void {
    open = false;
    for (const pace of paces) pace.stop();
    film.close();
    worker.stop();
  }

  function fail(reason: BlurRefusedError): void {
    if (!open) return;
    close();
    begun.reject(reason);
    broken.resolve(reason);
  }

  async function run(): Promise<void> {
    for (let frame = await film.next(); frame !== undefined; frame = await film.next()) {
      if (!open) return frame.close();
      for (const pace of paces) pace.begin();
      const picture = await worker.blur(frame);
      for (const pace of paces) pace.end();
      await film.show(picture);
      begun.resolve();
    }
    // A camera that ends later says so itself.
    begun.reject(new Error('the camera showed nothing'));
  }

  onAbort(signal, () => {
    close();
    begun.reject(signal.reason);
  });
  run().catch((cause) => fail(new BlurRefusedError('the filter failed', { cause })));
  try {
    await begun.promise;
  } catch (error) {
    close();
    throw error;
  }
  return { track: sizedAs(camera, film.track), broken: broken.promise };
}

async function filmSmaller(camera: MediaStreamTrack): Promise<void> {
  const { width = 0, height = 0 } = camera.getSettings();
  const scale = fewLines / Math.min(width, height);
  if (scale >= 1) return;
  const size = { width: { ideal: Math.round(width * scale) }, height: { ideal: Math.round(height * scale) } };
  try {
    await camera.applyConstraints({ ...camera.getConstraints(), ...size });
  } catch (error) {
    console.debug('canopy: the camera films nothing smaller', error);
  }
}

/** Senders go by a track's size, which one that is made does not tell in every browser. */
function sizedAs(camera: MediaStreamTrack, track: MediaStreamTrack): MediaStreamTrack {
  const own = track.getSettings.bind(track);
  track.getSettings = () => ({ ...camera.getSettings(), ...own() });
  return track;
}
