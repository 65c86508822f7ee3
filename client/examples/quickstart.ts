import { Api, joinMeeting, type MeetingView, TrackKind, TrackSource } from '@canopy/client';

// Your server makes meetings and tokens with its API key; one with open access lets the page do it.
const url = location.origin;
const api = new Api({ url });
const meetingId = location.hash.slice(1) || (await api.createMeeting({ title: 'Quickstart' })).id;
location.hash = meetingId; // Whoever opens this address comes to the same meeting.
const { token } = await api.createToken(meetingId, { name: 'Ada', role: 'panelist' });
const meeting = await joinMeeting({ url, token });
meeting.events.on('trackSubscribed', ({ trackId, track }) => {
  const element = document.createElement(track.kind === 'video' ? 'video' : 'audio');
  document.body.append(Object.assign(element, { id: trackId, autoplay: true, srcObject: new MediaStream([track]) }));
});
meeting.events.on('trackUnsubscribed', ({ trackId }) => document.getElementById(trackId)?.remove());
meeting.events.on('stateChanged', receive);
receive(meeting.view);
const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
await meeting.publish(TrackSource.MICROPHONE, media.getAudioTracks()[0] ?? null);
await meeting.publish(TrackSource.CAMERA, media.getVideoTracks()[0] ?? null);

/** Says which tracks to receive, and how large they are shown. */
function receive({ tracks, self }: MeetingView): void {
  const others = [...tracks.values()].filter(({ participantId }) => participantId !== self.participantId);
  const size = (kind: TrackKind) => (kind === TrackKind.VIDEO ? { width: 640, height: 360 } : { width: 0, height: 0 });
  meeting.setSubscriptions(others.map(({ id, kind }) => ({ trackId: id, priority: 100, ...size(kind) })));
}
