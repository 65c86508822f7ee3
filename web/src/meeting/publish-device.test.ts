import { type MeetingEvents, TrackSource } from '@canopy/client';
import { CanopyError } from '@canopy/runtime/errors';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, test, vi } from 'vitest';
import { createDeviceStore } from '../devices/device-store.ts';
import { publishDevice } from './publish-device.ts';

const source = TrackSource.MICROPHONE;

test('what could not be published again is off here too, and can be switched on once it may be', () => {
  const media = new FakeMediaStreamTrack({ kind: 'audio' });
  const device = createDeviceStore('microphone');
  device.setState({ on: true, track: media });
  const publish = vi.fn(async () => {});
  const heard: ((failure: MeetingEvents['publishFailed']) => void)[] = [];
  const on = (_: string, listener: (typeof heard)[number]) => {
    heard.push(listener);
    return () => {};
  };
  const published = new Map([[source, { source, media, muted: false, codec: 'VP8' as const }]]);
  publishDevice({ publish, events: { on }, view: { self: { published } } }, source, device, () => {});
  expect(publish).not.toHaveBeenCalled();
  for (const hear of heard) hear({ source, error: new CanopyError('UNMUTE_FORBIDDEN') });
  expect(device.getState().on).toBe(false);
  expect(publish).toHaveBeenLastCalledWith(source, media, { muted: true });
  published.set(source, { source, media, muted: true, codec: 'VP8' });
  void device.setOn(true);
  expect(publish).toHaveBeenLastCalledWith(source, media, { muted: false });
});
