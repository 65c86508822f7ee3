import type { Frame } from './blur-worker.ts';

/** A camera's pictures, one by one, and a track that is made of them anew. */
export interface Film {
  /** What is shown. */
  readonly track: MediaStreamTrack;
  /** The newest picture that was not taken yet, for the caller to close; undefined once the camera has ended. What comes while nobody asks is passed over. */
  next: () => Promise<Frame | undefined>;
  /** Puts what was made of the picture that was taken last into the track, and closes it. */
  show: (picture: ImageBitmap) => Promise<void>;
  /** Ends the track; the camera stays as it is. */
  close: () => void;
}

/** Frame by frame where the browser has streams of them, whether its tab is shown or not; elsewhere over a canvas, about once a second while the tab is hidden. */
export function filmOf(camera: MediaStreamTrack): Film {
  const { MediaStreamTrackProcessor: Processor, MediaStreamTrackGenerator: Generator } = globalThis;
  if (Processor === undefined || Generator === undefined) return canvasFilm(camera);
  return streamedFilm(new Processor({ track: camera }), new Generator({ kind: 'video' }));
}

function streamedFilm({ readable }: FrameReader, track: FrameWriter): Film {
  const reader = readable.getReader();
  const writer = track.writable.getWriter();
  let timestamp = 0;
  return {
    track,
    async next() {
      const { value: frame } = await reader.read();
      timestamp = frame?.timestamp ?? timestamp;
      return frame;
    },
    async show(picture) {
      const frame = new VideoFrame(picture, { timestamp, alpha: 'discard' });
      picture.close();
      await writer.write(frame);
    },
    close() {
      void reader.cancel();
      track.stop();
    },
  };
}

function canvasFilm(camera: MediaStreamTrack): Film {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, playsInline: true, srcObject: new MediaStream([camera]) });
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('bitmaprenderer');
  const [track] = canvas.captureStream().getVideoTracks();
  if (context === null || track === undefined) throw new Error('no film is made of a canvas');
  const playing = video.play();
  return {
    track,
    async next() {
      await playing;
      await newPicture(video);
      if (camera.readyState === 'ended' || video.srcObject === null) return undefined;
      return createImageBitmap(video);
    },
    async show(picture) {
      const { width, height } = picture;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.transferFromImageBitmap(picture);
    },
    close() {
      video.srcObject = null;
      track.stop();
    },
  };
}

/** Resolves with the next picture, or after a second: in a hidden tab no picture is told. */
function newPicture(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      video.cancelVideoFrameCallback(request);
      resolve();
    };
    const request = video.requestVideoFrameCallback(done);
    const timer = setTimeout(done, 1_000);
  });
}

interface FrameReader {
  readonly readable: ReadableStream<VideoFrame>;
}

interface FrameWriter extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}

declare global {
  // As Chromium has them in pages (https://www.w3.org/TR/mediacapture-transform/), which TypeScript does not know yet.
  var MediaStreamTrackProcessor: (new (init: { track: MediaStreamTrack }) => FrameReader) | undefined;
  var MediaStreamTrackGenerator: (new (init: { kind: 'video' }) => FrameWriter) | undefined;
}
