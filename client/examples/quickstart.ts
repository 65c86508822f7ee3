import { Api, joinMeeting, type MeetingView, TrackKind, TrackSource } from '@canopy/client';

// Your server makes meetings and tokens with its API key; one with open access lets the page do it.
const url = location.origin;
const api = new Api({ url });
const meetingId = location.hash.slice(1) || (await api.createMeeting({ title: 'Quickstart' })).id;
location.hash = meetingId; // Whoever opens this address comes to the same meeting.
const { token } = await api.createToken(meetingId, { name: 'Ada', role: 'panelist' });
const meeting = await joinMeeting({ url, token });
const players = new Map<string, HTMLMediaElement>();
meeting.events.on('trackSubscribed', ({ trackId, track }) => play(trackId, track));
meeting.events.on('trackUnsubscribed', ({ trackId }) => {
  players.get(trackId)?.remove();
  players.delete(trackId);
});
meeting.events.on('stateChanged', receive);
receive(meeting.view);
const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
await meeting.publish(TrackSource.MICROPHONE, media.getAudioTracks()[0] ?? null);
await meeting.publish(TrackSource.CAMERA, media.getVideoTracks()[0] ?? null);

/** In a player of its own; when it comes another way later, in the same one. */
function play(trackId: string, track: MediaStreamTrack): void {
  const known = players.get(trackId);
  const player = known ?? document.createElement(track.kind === 'video' ? 'video' : 'audio');
  const stream = player.srcObject instanceof MediaStream ? player.srcObject : new MediaStream();
  const before = stream.getTracks().filter((one) => one !== track);
  stream.addTrack(track);
  for (const one of before) stream.removeTrack(one);
  if (known !== undefined) return;
  players.set(trackId, player);
  document.body.append(Object.assign(player, { srcObject: stream }));
  // Sound may want a click first: then the browser’s own button is there for it.
  player.play().catch(() => Object.assign(player, { controls: true }));
}

/** Says which tracks to receive, and how large they are shown. */
function receive({ tracks, self }: MeetingView): void {
  const others = [...tracks.values()].filter(({ participantId }) => participantId !== self.participantId);
  const size = (kind: TrackKind) => (kind === TrackKind.VIDEO ? { width: 640, height: 360 } : { width: 0, height: 0 });
  meeting.setSubscriptions(others.map(({ id, kind }) => ({ trackId: id, priority: 100, ...size(kind) })));
}
