/** The devices of this page, by their names. */
interface Plugs {
  pull(label: string): void;
  put(label: string): void;
}

declare global {
  interface Window {
    plugs: Plugs;
  }
}

/**
 * Runs in the page, before its own scripts: lets a test pull devices out and put them in, which no switch of Chromium does. What is pulled is
 * in no list, can't be opened, and its tracks end, as the Media Capture specification wants it; everything else is the browser's own.
 */
export function plugDevices(): void {
  const { mediaDevices } = navigator;
  const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const pulled = new Set<string>();
  const tracks = new Set<MediaStreamTrack>();

  mediaDevices.enumerateDevices = async () => (await enumerate()).filter(({ label }) => !pulled.has(label));
  mediaDevices.getUserMedia = async (constraints = {}) => {
    const stream = await open(await among(constraints));
    for (const track of stream.getTracks()) tracks.add(track);
    return stream;
  };

  /** The constraints, if they name a camera; else with the first that is plugged in. */
  async function among(constraints: MediaStreamConstraints): Promise<MediaStreamConstraints> {
    if (typeof constraints.video !== 'object') return constraints;
    const cameras = (await mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
    const { deviceId } = constraints.video;
    const wanted = typeof deviceId === 'object' && 'exact' in deviceId ? deviceId.exact : cameras[0]?.deviceId;
    if (wanted === undefined) throw new DOMException('no camera', 'NotFoundError');
    if (!cameras.some((camera) => camera.deviceId === wanted)) throw new OverconstrainedError('deviceId');
    return { ...constraints, video: { ...constraints.video, deviceId: { exact: wanted } } };
  }

  function changed(): void {
    mediaDevices.dispatchEvent(new Event('devicechange'));
  }

  window.plugs = {
    pull(label) {
      pulled.add(label);
      for (const track of [...tracks].filter((each) => each.label === label && each.readyState === 'live')) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
      changed();
    },
    put(label) {
      pulled.delete(label);
      changed();
    },
  };
}
