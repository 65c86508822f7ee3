import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createDeviceStore } from '../devices/device-store.ts';
import { blurChoice, chooseBlur } from './blur-choice.ts';

/** A camera that blurs the background itself, in its own time, or passes that over. */
class Camera extends FakeMediaStreamTrack {
  readonly asked = Promise.withResolvers<void>();
  readonly #answer: Promise<boolean>;
  #blurs = false;

  constructor(answer: Promise<boolean> = Promise.resolve(true)) {
    super({ kind: 'video' });
    this.#answer = answer;
  }

  override getCapabilities() {
    return { ...super.getCapabilities(), backgroundBlur: [false, true] };
  }

  override getSettings() {
    return { ...super.getSettings(), backgroundBlur: this.#blurs };
  }

  override async applyConstraints(constraints: MediaTrackConstraints = {}): Promise<void> {
    this.asked.resolve();
    if (await this.#answer) this.#blurs = Reflect.get(constraints, 'backgroundBlur') === true;
  }
}

function plugIn(...cameras: Camera[]): void {
  vi.stubGlobal('navigator', {
    mediaDevices: {
      getUserMedia: async () => ({ getTracks: () => cameras.splice(0, 1) }),
      enumerateDevices: async () => [],
    },
  });
  onTestFinished(() => void vi.unstubAllGlobals());
}

beforeEach(() => blurChoice.setState({ on: false, refused: false }));

test('a camera that is to blur the background is shown no sooner than it does', async () => {
  const answer = Promise.withResolvers<boolean>();
  const camera = new Camera(answer.promise);
  plugIn(camera);
  await chooseBlur(true, null);
  const device = createDeviceStore('camera');
  const started = device.setOn(true);
  await camera.asked.promise;
  expect(device.getState().track).toBe(null);
  answer.resolve(true);
  await started;
  expect(device.getState().track).toBe(camera);
  expect(camera.getSettings().backgroundBlur).toBe(true);
});

test('another camera that is chosen blurs as well before it is shown, and the one before films no longer', async () => {
  const answer = Promise.withResolvers<boolean>();
  const cameras = [new Camera(), new Camera(answer.promise)] as const;
  plugIn(...cameras);
  await chooseBlur(true, null);
  const device = createDeviceStore('camera');
  await device.setOn(true);
  const switched = device.select('other');
  await cameras[1].asked.promise;
  expect([cameras[0].readyState, device.getState().track]).toEqual(['ended', null]);
  answer.resolve(true);
  await switched;
  expect(device.getState()).toMatchObject({ track: cameras[1], on: true });
  expect(cameras[1].getSettings().backgroundBlur).toBe(true);
});

test('who wants their background blurred is not shown by a camera that does not', async () => {
  const camera = new Camera(Promise.resolve(false));
  plugIn(camera);
  await chooseBlur(true, null);
  const device = createDeviceStore('camera');
  await device.setOn(true);
  expect(device.getState()).toMatchObject({ track: null, on: false });
  expect(camera.readyState).toBe('ended');
});

test('a camera that is switched off while it gets ready to blur films no longer, nor does one that is opened too late', async () => {
  const camera = new Camera(new Promise(() => {}));
  plugIn(camera);
  await chooseBlur(true, null);
  const device = createDeviceStore('camera');
  void device.setOn(true);
  await camera.asked.promise;
  await device.setOn(false);
  expect(camera.readyState).toBe('ended');

  const late = new Camera();
  plugIn(late);
  const started = device.setOn(true);
  await device.setOn(false);
  await started;
  expect(late.readyState).toBe('ended');
  expect(device.getState()).toMatchObject({ track: null, on: false, starting: false, error: null });
});

test('what the open camera refuses is not chosen, unless something else was meanwhile', async () => {
  await chooseBlur(true, new Camera(Promise.resolve(false)));
  expect(blurChoice.getState()).toEqual({ on: false, refused: true });

  const answer = Promise.withResolvers<boolean>();
  const camera = new Camera(answer.promise);
  const both = [chooseBlur(true, camera), chooseBlur(false, camera)];
  answer.resolve(false);
  await Promise.all(both);
  expect(blurChoice.getState()).toEqual({ on: false, refused: false });
});
