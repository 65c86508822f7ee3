import { RecordingAction, RecordingStatus } from '@canopy/proto/recording';
import { Joined, MeetingSnapshot, Resumed } from '@canopy/proto/signal';
import { Emitter } from '@canopy/runtime/emitter';
import { expect, it } from 'vitest';
import type { SignalConnection } from '../signal/signal-connection.ts';
import { MeetingRecording, type RecordingView } from './meeting-recording.ts';

const { RUNNING, PAUSED, STOPPED } = RecordingStatus;
const notice = (status: RecordingStatus) => ({ recordingId: 'r', status });
const snapshot = (status?: RecordingStatus) =>
  MeetingSnapshot.fromPartial(status === undefined ? {} : { recording: notice(status) });

function watched(status?: RecordingStatus) {
  const events: SignalConnection['events'] = new Emitter();
  const asked: unknown[] = [];
  const request: SignalConnection['request'] = async (message) => {
    asked.push(message);
    return { id: 1, done: {} };
  };
  const recording = new MeetingRecording({ events, request }, Joined.fromPartial({ meeting: snapshot(status) }));
  const seen: RecordingView[] = [];
  recording.events.on('changed', (view) => seen.push(view));
  return { events, recording, seen, asked };
}

it('shows from the start what somebody joined into', () => {
  expect([watched().recording.view, watched(RUNNING).recording.view]).toEqual(['off', 'running']);
});

it('follows events, missed ones and snapshots, and tells of changes only', () => {
  const { events, seen, recording } = watched();
  events.emit('pushed', { event: { recordingChanged: notice(RUNNING) } });
  events.emit('pushed', { event: { recordingChanged: notice(RUNNING) } });
  events.emit('resumed', Resumed.fromPartial({ events: [{ recordingChanged: notice(PAUSED) }] }));
  events.emit('pushed', { snapshot: snapshot(RUNNING) });
  events.emit('pushed', { event: { recordingChanged: notice(STOPPED) } });
  expect(seen).toEqual(['running', 'paused', 'running', 'off']);
  expect(recording.view).toBe('off');
});

it('asks the server for what its user wants', async () => {
  const { recording, asked } = watched();
  await recording.start();
  await recording.stop();
  const { START, STOP } = RecordingAction;
  expect(asked).toEqual([{ controlRecording: { action: START } }, { controlRecording: { action: STOP } }]);
});
