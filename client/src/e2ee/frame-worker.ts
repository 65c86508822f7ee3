/** The worker that all encoded frames of an encrypted meeting pass through, so that the page's own thread never delays one. */
import { type EncodedFrame, FrameProcessors, type FrameRoute, type FromWorker } from './frame-processors.ts';

/** The part of RTCRtpScriptTransformer that is used (https://www.w3.org/TR/webrtc-encoded-transform/#RTCRtpScriptTransformer-interfaces). */
interface Transformer {
  readonly options: FrameRoute;
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
}

const tell = (message: FromWorker) => postMessage(message);
const processors = new FrameProcessors(tell);

addEventListener('message', ({ data }: MessageEvent<{ secret: CryptoKey }>) => processors.setSecret(data.secret));

addEventListener('rtctransform', (event) => {
  const { transformer } = event as Event & { transformer: Transformer };
  const process = processors.for(transformer.options);
  const through = new TransformStream<EncodedFrame, EncodedFrame>({
    transform: async (frame, controller) => {
      if (await process(frame)) controller.enqueue(frame);
    },
  });
  transformer.readable
    .pipeThrough(through)
    .pipeTo(transformer.writable)
    .catch((error: unknown) => {
      // The sender or receiver was closed with a frame under way.
      console.debug('canopy: a stream of frames ended', error);
    });
});

tell({ ready: true });
