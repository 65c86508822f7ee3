import { CanopyError, joinMeeting, type Meeting, type MeetingView, showTracks, TrackSource } from '@canopy/client';

/** A meeting in a page without a framework. The token is made by your server, and given to who may come in. */
export async function showMeeting(root: HTMLElement, url: string, token: string): Promise<Meeting | undefined> {
  const [status, people, stage, chat] = ['p', 'ul', 'div', 'ol'].map((tag) => add(root, tag));
  if (!status || !people || !stage || !chat) throw new Error('no page');
  const say = (text: string) => status.replaceChildren(text);
  let meeting: Meeting;
  try {
    const onWaiting = () => say('Somebody will let you in.');
    meeting = await joinMeeting({ url, token, onWaiting, onRetry: () => say('Trying again…') });
  } catch (error) {
    // UnsupportedError where there is no WebRTC.
    say(error instanceof CanopyError ? `${error.code}: ${error.message}` : 'This browser can’t take part.');
    return undefined;
  }
  const show = (view: MeetingView) => {
    say(view.connection === 'connected' ? view.title : 'The connection is lost. It comes back by itself.');
    people.replaceChildren(...[...view.participants.values()].map(({ id, name }) => line(name + marks(view, id))));
  };
  meeting.events.on('stateChanged', show);
  meeting.chat.events.on('changed', ({ messages }) =>
    // Text, never markup: it is what somebody wrote.
    chat.replaceChildren(...messages.map(({ senderName, text }) => line(`${senderName}: ${text}`))),
  );
  meeting.events.on('publishFailed', ({ error }) => say(`${error.code}: ${error.message}`));
  // MEETING_ENDED, REMOVED, REPLACED, TOKEN_INVALID, …: nothing more comes.
  meeting.events.on('ended', ({ code, message }) => say(`${code}: ${message}`));
  show(meeting.view);
  showTracks(meeting, stage);
  await meeting.chat.loadMore();
  return meeting;
}

/** With the microphone first, so that one is heard while the camera starts. */
export async function sendCamera(meeting: Meeting): Promise<void> {
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
  await meeting.publish(TrackSource.MICROPHONE, media.getAudioTracks()[0] ?? null);
  await meeting.publish(TrackSource.CAMERA, media.getVideoTracks()[0] ?? null);
}

/** A screen, with what it sounds like where the browser gives that, until the person stops it. */
export async function shareScreen(meeting: Meeting): Promise<void> {
  const screen = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: true });
  const [picture, sound] = [screen.getVideoTracks()[0], screen.getAudioTracks()[0]];
  if (picture === undefined) return;
  picture.addEventListener('ended', () => {
    void meeting.unpublish(TrackSource.SCREEN);
    void meeting.unpublish(TrackSource.SCREEN_AUDIO);
  });
  const published = meeting.publish(TrackSource.SCREEN, picture);
  captureWhileWanted(meeting, screen, picture);
  await published;
  if (sound?.readyState === 'live') await meeting.publish(TrackSource.SCREEN_AUDIO, sound);
}

/** The screen of whoever left, may not share or was stopped by a host is not captured any longer. */
function captureWhileWanted(meeting: Meeting, screen: MediaStream, picture: MediaStreamTrack): void {
  const look = ({ connection, self }: MeetingView) => {
    if (connection !== 'closed' && self.published.get(TrackSource.SCREEN)?.media === picture) return;
    stop();
    for (const track of screen.getTracks()) track.stop();
  };
  const stop = meeting.events.on('stateChanged', look);
  look(meeting.view);
}

function marks({ tracks, activeSpeakers }: MeetingView, participantId: string): string {
  const microphone = [...tracks.values()].find(
    (track) => track.participantId === participantId && track.source === TrackSource.MICROPHONE,
  );
  if (microphone === undefined || microphone.muted) return ' (muted)';
  return activeSpeakers.has(participantId) ? ' (speaks)' : '';
}

function line(text: string): HTMLElement {
  return Object.assign(document.createElement('li'), { textContent: text });
}

function add(parent: HTMLElement, tag: string): HTMLElement {
  return parent.appendChild(document.createElement(tag));
}
