import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createDeviceStore } from './device-store.ts';

/** A browser with two microphones, of which the first is open. `gate`: what looking at what there is waits for. */
async function speaking() {
  const opened: FakeMediaStreamTrack[] = [];
  const browser: { gate: Promise<void>; refusal?: unknown } = { gate: Promise.resolve() };
  vi.stubGlobal('navigator', {
    mediaDevices: {
      async getUserMedia({ audio }: { audio: MediaTrackConstraints }) {
        if (audio.deviceId !== undefined && browser.refusal !== undefined) return await Promise.reject(browser.refusal);
        const track = new FakeMediaStreamTrack({ kind: 'audio' });
        opened.push(track);
        return { getTracks: () => [track] };
      },
      async enumerateDevices() {
        await browser.gate;
        return ['a', 'b'].map((deviceId) => ({ deviceId, kind: 'audioinput' }));
      },
    },
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const device = createDeviceStore('microphone');
  await device.setOn(true);
  return { device, opened, browser };
}

/** Safari’s own is of no other class (https://github.com/WebKit/WebKit/pull/68111). */
class OverconstrainedError {
  readonly name = 'OverconstrainedError';
}

test.each([
  { says: 'as Safari says it', refusal: new OverconstrainedError() },
  { says: 'as others do', refusal: new DOMException('not there', 'OverconstrainedError') },
])('a microphone that is not there any more, $says, gives way to another', async ({ refusal }) => {
  const { device, browser, opened } = await speaking();
  browser.refusal = refusal;
  await device.select('gone');
  expect(device.getState()).toMatchObject({ on: true, track: opened[1], error: null });
});

/** Unplugs the microphone, and does something before the browser has said what is left. */
async function unplugged(meanwhile: (device: Awaited<ReturnType<typeof speaking>>['device']) => void) {
  const { device, opened, browser } = await speaking();
  const gate = Promise.withResolvers<void>();
  browser.gate = gate.promise;
  opened[0]?.remoteStop();
  meanwhile(device);
  gate.resolve();
  await vi.waitFor(() => expect(device.getState().starting).toBe(false));
  await new Promise((resolve) => void setImmediate(resolve));
  return { device, opened };
}

test('another microphone takes the place of one that is unplugged', async () => {
  const { device, opened } = await unplugged(() => {});
  await vi.waitFor(() => expect(device.getState().track).toBe(opened[1]));
  expect(device.getState().on).toBe(true);
});

test('no microphone opens in its place for who muted, or left, meanwhile', async () => {
  const muted = await unplugged((device) => void device.setOn(false));
  expect([muted.opened.length, muted.device.getState().on]).toEqual([1, false]);
  const left = await unplugged((device) => device.release());
  expect(left.opened).toHaveLength(1);
});

test('who is silent and chooses another microphone stays silent', async () => {
  const { device, opened } = await speaking();
  await device.setOn(false);
  const seen: boolean[] = [];
  device.subscribe(({ on }) => seen.push(on));
  await device.select('b');
  expect(seen).not.toContain(true);
  expect(device.getState().track).toBe(opened[1]);
  expect(opened[1]?.enabled).toBe(false);
});

test('who chooses another microphone is not without one in between', async () => {
  const { device, opened } = await speaking();
  const seen: unknown[] = [];
  device.subscribe(({ on, track, starting }) => seen.push([on, starting || track]));
  await device.select('b');
  expect(seen).toEqual([
    [true, true],
    [true, opened[1]],
  ]);
  expect(opened[0]?.readyState).toBe('ended');
});

test('what a person chose stands the next time, and what was done to them does not', async () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  const { device } = await speaking();
  await device.setOn(false);
  await device.select('b');
  expect(createDeviceStore('microphone').getState().chosen).toBe(true);
  await device.choose(false);
  expect(createDeviceStore('microphone').getState().chosen).toBe(false);
  expect(createDeviceStore('camera').getState().chosen).toBe(true);
  await device.choose(true);
  expect(createDeviceStore('microphone').getState().chosen).toBe(true);
});

test('who is silent is heard while a key is held, and remembered as silent; who is heard stays so', async () => {
  const { device, opened } = await speaking();
  expect(device.hold()).toBeUndefined();
  await device.choose(false);
  const release = device.hold();
  expect([opened[0]?.enabled, device.getState()]).toMatchObject([true, { on: true, held: true, chosen: false }]);
  release?.();
  expect([opened[0]?.enabled, device.getState()]).toMatchObject([false, { on: false, held: false, chosen: false }]);
});

test('who mutes and unmutes while a key is held is heard once it is let go, and who only mutes is not', async () => {
  const { device, opened } = await speaking();
  await device.choose(false);
  const release = device.hold();
  await device.choose(false);
  expect(device.getState()).toMatchObject({ on: false, held: false });
  await device.choose(true);
  release?.();
  expect([opened[0]?.enabled, device.getState()]).toMatchObject([true, { on: true, held: false, chosen: true }]);
  await device.choose(false);
  const releaseMuted = device.hold();
  await device.choose(false);
  releaseMuted?.();
  expect([opened[0]?.enabled, device.getState()]).toMatchObject([false, { on: false, held: false, chosen: false }]);
});
