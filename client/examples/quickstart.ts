import { Api, joinMeeting, showTracks, TrackSource } from '@canopy/client';

// Your server makes meetings and tokens with its API key; one with open access lets the page do it.
const url = location.origin;
const api = new Api({ url });
const meetingId = location.hash.slice(1) || (await api.createMeeting({ title: 'Quickstart' })).id;
location.hash = meetingId; // Whoever opens this address comes to the same meeting.
const { token } = await api.createToken(meetingId, { name: 'Ada', role: 'panelist' });

// Everybody else is seen and heard in the page, each picture as large as it is shown.
const meeting = await joinMeeting({ url, token });
showTracks(meeting, document.body);

// And sees and hears whoever this is.
const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
await meeting.publish(TrackSource.MICROPHONE, media.getAudioTracks()[0] ?? null);
await meeting.publish(TrackSource.CAMERA, media.getVideoTracks()[0] ?? null);
