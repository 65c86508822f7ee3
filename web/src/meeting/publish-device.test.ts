import { type MeetingEvents, Role, TrackSource } from '@canopy/client';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, test, vi } from 'vitest';
import { createDeviceStore } from '../devices/device-store.ts';
import { publishDevice } from './publish-device.ts';

const source = TrackSource.MICROPHONE;

/** A microphone that is published and on, and a meeting that lists this person and tells what it is told to. */
function speaking() {
  const media = new FakeMediaStreamTrack({ kind: 'audio' });
  const device = createDeviceStore('microphone');
  device.setState({ on: true, track: media });
  const publish = vi.fn(async () => {});
  const events = new Emitter<Pick<MeetingEvents, 'publishFailed'> & { stateChanged: undefined }>();
  const published = new Map([[source, { source, media, muted: false, codec: 'VP8' as const }]]);
  const self = { participantId: 'me', role: Role.PANELIST as Role, published };
  const participants = new Set(['me']);
  const onError = vi.fn();
  const stop = publishDevice({ publish, events, view: { self, participants } }, source, device, onError);
  const mute = () => published.set(source, { source, media, muted: true, codec: 'VP8' });
  return { media, device, publish, events, mute, self, published, participants, onError, stop };
}

type Speaking = ReturnType<typeof speaking>;

test('what could not be published again is off here too, and can be switched on once it may be', () => {
  const { media, device, publish, events, mute } = speaking();
  expect(publish).not.toHaveBeenCalled();
  events.emit('publishFailed', { source, error: new CanopyError('UNMUTE_FORBIDDEN') });
  expect(device.getState().on).toBe(false);
  expect(publish).toHaveBeenLastCalledWith(source, media, { muted: true });
  mute();
  void device.setOn(true);
  expect(publish).toHaveBeenLastCalledWith(source, media, { muted: false });
});

test('an open microphone is published in silence, but for who is of a crowd once it is on', () => {
  const { device, publish, published, participants } = speaking();
  published.clear();
  void device.setOn(false);
  expect(publish).toHaveBeenCalledOnce();
  participants.clear();
  device.setState({});
  expect(publish).toHaveBeenCalledOnce();
  void device.setOn(true);
  expect(publish).toHaveBeenCalledTimes(2);
});

test('what a host muted is off here too, whether or not that was told', () => {
  const { device, publish, events, mute } = speaking();
  events.emit('stateChanged', undefined);
  expect(device.getState().on).toBe(true);
  mute();
  events.emit('stateChanged', undefined);
  expect(device.getState().on).toBe(false);
  expect(publish).not.toHaveBeenCalled();
});

test.each([
  ['is taken from the stage', ({ self }: Speaking) => Object.assign(self, { role: Role.ATTENDEE })],
  ['has left', ({ stop }: Speaking) => stop()],
])('what fails of who %s meanwhile is no fault, and nothing more is published', async (_, go) => {
  const speaker = speaking();
  const { device, publish, onError } = speaker;
  const underWay = Promise.withResolvers<void>();
  publish.mockReturnValueOnce(underWay.promise);
  void device.setOn(false);
  go(speaker);
  underWay.reject(new CanopyError('INTERNAL'));
  await expect(underWay.promise).rejects.toThrow();
  void device.setOn(true);
  expect(publish).toHaveBeenCalledOnce();
  expect(onError).not.toHaveBeenCalled();
});

test('what fails of who is on stage is told', async () => {
  const { device, publish, onError } = speaking();
  publish.mockRejectedValueOnce(new CanopyError('INTERNAL'));
  void device.setOn(false);
  await expect.poll(() => onError.mock.calls.length).toBe(1);
});
