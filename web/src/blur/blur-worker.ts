// What the worker loads lies beside it, by the names it has there (vite.config.ts).
import '@twilio/video-processors/dist/build/selfie_segmentation_landscape.tflite?url';
import '@twilio/video-processors/dist/build/tflite-simd-1-0-0.js?url';
import '@twilio/video-processors/dist/build/tflite-simd-1-0-0.wasm?url';
// oxlint-disable-next-line import/default -- Vite makes an address of it
import workerUrl from '@twilio/video-processors/dist/build/twilio-gaussian-blur-background-processor-pipeline-worker.js?url';
import type { GaussianBlurBackgroundProcessorPipelineWorker } from '@twilio/video-processors/es5/processors/background/pipelines/backgroundprocessorpipeline/GaussianBlurBackgroundProcessorPipeline.worker';
import { transfer, wrap } from 'comlink';
import { aborted } from '../lib/on-abort.ts';
import { edgesOf } from './edges.ts';

/** Radii in pixels of a picture: enough that nothing can be read behind a person in one of 720 lines. */
const options = { assetsPath: '', deferInputFrameDownscale: false, blurFilterRadius: 20, maskBlurRadius: 8 };

/** One picture of a camera. */
export type Frame = VideoFrame | ImageBitmap;

/** Keeps people sharp and blurs what is behind them. */
export interface BlurWorker {
  /** One at a time; takes the frame over. What is under way when it is stopped never ends. */
  blur: (frame: Frame) => Promise<ImageBitmap>;
  stop: () => void;
}

/** Starts a worker, and loads its model (MediaPipe's selfie segmentation). Rejects, and has ended the worker, where it can't be loaded before `loading` aborts. */
export async function startBlurWorker(loading: AbortSignal): Promise<BlurWorker> {
  const worker = new Worker(workerUrl);
  try {
    const unloaded = new Promise<never>((_, reject) => {
      worker.addEventListener('error', ({ message }) => reject(new Error(`no worker: ${message}`)), { once: true });
    });
    const edges = edgesOf(options.blurFilterRadius);
    const pipeline = await Promise.race([loadPipeline(worker), unloaded, aborted(loading)]);
    return {
      async blur(frame) {
        const picture = await pipeline.render(transfer(frame, [frame]));
        if (picture === null) throw new Error('there is no model');
        return edges.mend(picture);
      },
      stop: () => worker.terminate(),
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

/** Not by the package's own processors: those never end their workers. */
async function loadPipeline(worker: Worker) {
  const Pipeline = wrap<typeof GaussianBlurBackgroundProcessorPipelineWorker>(worker);
  const pipeline = await new Pipeline(options);
  await pipeline.loadTwilioTFLite();
  return pipeline;
}
