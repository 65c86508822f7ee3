import { type Meeting, TrackSource } from '@canopy/client';

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
  video.addEventListener('ended', () => void stopSharing(meeting));
  await meeting.publish(TrackSource.SCREEN, video);
  if (audio !== undefined) await meeting.publish(TrackSource.SCREEN_AUDIO, audio);
}

export async function stopSharing(meeting: Meeting): Promise<void> {
  const { published } = meeting.view.self;
  const sources = [TrackSource.SCREEN, TrackSource.SCREEN_AUDIO].filter((source) => published.has(source));
  for (const source of sources) published.get(source)?.media?.stop();
  await Promise.all(sources.map((source) => meeting.unpublish(source)));
}

/** The largest picture that is captured: text as most screens show it, a film as most are made. */
const largest = {
  detail: { width: { max: 2560 }, height: { max: 1440 }, frameRate: { max: 15 } },
  motion: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 30 } },
} as const satisfies Record<ScreenContent, MediaTrackConstraints>;

async function chooseScreen(content: ScreenContent): Promise<MediaStream | null> {
  try {
    return await navigator.mediaDevices.getDisplayMedia({ video: largest[content], audio: true });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return null;
    throw error;
  }
}
