import { type Meeting, type MeetingView, TrackSource } from '@canopy/client';

/** `detail`: text stays sharp where the link is narrow; `motion`: a film stays smooth. */
export type ScreenContent = 'detail' | 'motion';

/** Lets the person choose a screen and publishes it until they, or the browser's own bar, end it. Resolves at once, doing nothing, when they choose none. */
export async function shareScreen(meeting: Meeting, content: ScreenContent): Promise<void> {
  const stream = await chooseScreen(content);
  if (stream === null) return;
  const [video] = stream.getVideoTracks();
  const [audio] = stream.getAudioTracks();
  if (video === undefined) return;
  video.contentHint = content;
  if (audio !== undefined) audio.contentHint = 'music';
  video.addEventListener('ended', () => endSharing(meeting));
  const published = meeting.publish(TrackSource.SCREEN, video);
  captureWhileWanted(meeting, stream, video);
  await published;
  if (audio?.readyState === 'live') await meeting.publish(TrackSource.SCREEN_AUDIO, audio);
}

/** The screen of whoever left, was sent to the audience or may not share is not captured any longer. */
function captureWhileWanted(meeting: Meeting, stream: MediaStream, video: MediaStreamTrack): void {
  const look = ({ connection, self }: MeetingView) => {
    if (connection !== 'closed' && self.published.get(TrackSource.SCREEN)?.media === video) return;
    stopLooking();
    stopHearing();
    for (const track of stream.getTracks()) track.stop();
  };
  const stopLooking = meeting.events.on('stateChanged', look);
  // It may be refused when it is published again after a lost connection.
  const stopHearing = meeting.events.on('publishFailed', ({ source }) => {
    if (source === TrackSource.SCREEN) endSharing(meeting);
  });
  look(meeting.view);
}

function endSharing(meeting: Meeting): void {
  stopSharing(meeting).catch((error: unknown) => console.debug('canopy: the end of sharing is told later', error));
}

export async function stopSharing(meeting: Meeting): Promise<void> {
  const { published } = meeting.view.self;
  const sources = [TrackSource.SCREEN, TrackSource.SCREEN_AUDIO].filter((source) => published.has(source));
  for (const source of sources) published.get(source)?.media?.stop();
  await Promise.all(sources.map((source) => meeting.unpublish(source)));
}

/** As it is: what makes a voice clear spoils music. */
const unaltered = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
} as const satisfies MediaTrackConstraints;

/** The largest picture that is captured: text as most screens show it, a film as most are made. */
const largest = {
  detail: { width: { max: 2560 }, height: { max: 1440 }, frameRate: { max: 15 } },
  motion: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 30 } },
} as const satisfies Record<ScreenContent, MediaTrackConstraints>;

async function chooseScreen(content: ScreenContent): Promise<MediaStream | null> {
  try {
    return await navigator.mediaDevices.getDisplayMedia({ video: largest[content], audio: unaltered });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return null;
    throw error;
  }
}
