import { type Meeting, TrackSource } from '@canopy/client';

/** Lets the person choose a screen and publishes it until they, or the browser's own bar, end it. Resolves at once, doing nothing, when they choose none. */
export async function shareScreen(meeting: Meeting): Promise<void> {
  const stream = await chooseScreen();
  if (stream === null) return;
  const [video] = stream.getVideoTracks();
  const [audio] = stream.getAudioTracks();
  if (video === undefined) return;
  video.contentHint = 'detail';
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

async function chooseScreen(): Promise<MediaStream | null> {
  try {
    return await navigator.mediaDevices.getDisplayMedia({
      video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 15 } },
      audio: true,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return null;
    throw error;
  }
}
