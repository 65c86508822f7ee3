import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import plainUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
// oxlint-disable-next-line import/default -- Vite makes an address of it
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';
import { keepAwake } from '../lib/keep-awake.ts';

/** What RNNoise was trained for. */
const sampleRate = 48_000;

/** Sound without noise. */
export interface FilteredSound {
  track: MediaStreamTrack;
  /** Ends it; the microphone stays as it is. */
  close: () => void;
}

/** Takes the noise out of a microphone's sound (RNNoise, in an audio worklet), which is some 10 ms later then. Rejects where the filter can't be loaded. */
export async function withoutNoise(microphone: MediaStreamTrack): Promise<FilteredSound> {
  const context = new AudioContext({ sampleRate, latencyHint: 'interactive' });
  const letSleep = keepAwake(context);
  try {
    const [wasmBinary] = await Promise.all([
      loadRnnoise({ url: plainUrl, simdUrl }),
      context.audioWorklet.addModule(workletUrl),
    ]);
    const filter = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary });
    const output = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    context
      .createMediaStreamSource(new MediaStream([microphone]))
      .connect(filter)
      .connect(output);
    const [track] = output.stream.getAudioTracks();
    if (track === undefined) throw new Error('the filter gives no sound');
    const close = () => {
      letSleep();
      track.stop();
      filter.destroy();
      void context.close();
    };
    return { track, close };
  } catch (error) {
    letSleep();
    await context.close();
    throw error;
  }
}
