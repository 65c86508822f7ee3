import { type ControlRecording, RecordingAction } from '@canopy/proto/recording';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({
  action: z.enum([RecordingAction.START, RecordingAction.PAUSE, RecordingAction.RESUME, RecordingAction.STOP]),
}) satisfies z.ZodType<ControlRecording>;

const statusAfter = {
  [RecordingAction.PAUSE]: 'paused',
  [RecordingAction.RESUME]: 'running',
  [RecordingAction.STOP]: 'stopped',
} as const;

export const controlRecording = sessionMessage(schema, async ({ action }, { session }, { recordings }) => {
  const principal = principalOf(session);
  if (action === RecordingAction.START) await recordings.start(principal, session.meetingId);
  else await recordings.changeCurrent(principal, session.meetingId, statusAfter[action]);
  return { done: {} };
});
