import { type MeetingView, type Track, TrackKind, TrackSource } from '@canopy/client';
import { expect, test } from 'vitest';
import { meetingView, person } from '../testing/meeting-view.ts';
import { shownInSmall } from './speaker.ts';

function camera(participantId: string, muted = false): [string, Track] {
  const id = `camera of ${participantId}`;
  return [id, { id, participantId, kind: TrackKind.VIDEO, source: TrackSource.CAMERA, muted, originEdgeId: 'e' }];
}

function view(fields: Partial<MeetingView> = {}): MeetingView {
  return meetingView({ tracks: new Map([camera('ada'), camera('ben')]), ...fields });
}

test('whoever speaks is shown, then who was shown before, then who came first', () => {
  expect(shownInSmall(view({ activeSpeakers: new Set(['ben']) }), 'ada')?.name).toBe('ben');
  expect(shownInSmall(view(), 'ben')?.name).toBe('ben');
  expect(shownInSmall(view(), 'gone')?.name).toBe('ada');
  expect(shownInSmall(view({ participants: new Map([person('me')]) }), 'ada')).toBeNull();
});

test('the camera to receive is known before its picture is, and none while it is off', () => {
  expect(shownInSmall(view(), null)).toMatchObject({ cameraId: 'camera of ada', media: null });
  expect(shownInSmall(view({ tracks: new Map([camera('ada', true)]) }), null)).toMatchObject({ cameraId: null });
});
