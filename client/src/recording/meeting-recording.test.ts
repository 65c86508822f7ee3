import { RecordingAction, RecordingStatus } from '@canopy/proto/recording';
import { MeetingEvent, MeetingSnapshot } from '@canopy/proto/signal';
import { expect, it } from 'vitest';
import { MeetingRecording, type RecordingView } from './meeting-recording.ts';

const { RUNNING, PAUSED, STOPPED } = RecordingStatus;
const notice = (status: RecordingStatus) => ({ recordingId: 'r', status });
const told = (status: RecordingStatus) => MeetingEvent.fromPartial({ recordingChanged: notice(status) });

function watched() {
  const asked: unknown[] = [];
  const recording = new MeetingRecording(async (message) => {
    asked.push(message);
    return { id: 1, done: {} };
  });
  const seen: RecordingView[] = [];
  recording.events.on('changed', (view) => seen.push(view));
  return { recording, seen, asked };
}

it('follows snapshots and events, and tells of changes only', () => {
  const { recording, seen } = watched();
  recording.adopt(MeetingSnapshot.fromPartial({ recording: notice(RUNNING) }));
  recording.apply(told(RUNNING));
  recording.apply(told(PAUSED));
  recording.apply(told(RUNNING));
  recording.apply(told(STOPPED));
  recording.adopt(MeetingSnapshot.fromPartial({}));
  expect(seen).toEqual(['running', 'paused', 'running', 'off']);
  expect(recording.view).toBe('off');
});

it('tells why nothing can be recorded, until it can be again', () => {
  const { recording, seen } = watched();
  const full = { ...notice(RUNNING), errorCode: 'RECORDING_DISK_FULL' };
  recording.adopt(MeetingSnapshot.fromPartial({ recording: full }));
  expect([recording.view, recording.errorCode]).toEqual(['running', 'RECORDING_DISK_FULL']);
  recording.apply(told(RUNNING));
  expect(recording.errorCode).toBeUndefined();
  expect(seen).toEqual(['running', 'running']);
});

it('asks the server for what its user wants', async () => {
  const { recording, asked } = watched();
  await recording.start();
  await recording.stop();
  const { START, STOP } = RecordingAction;
  expect(asked).toEqual([{ controlRecording: { action: START } }, { controlRecording: { action: STOP } }]);
});
