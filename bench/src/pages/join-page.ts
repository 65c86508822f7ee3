import { joinMeeting, type Meeting, prepareToJoin, TrackSource } from '@canopy/client';
import { countRoundTrips } from './round-trips.ts';

/** What a bench asks of the page. */
interface JoinPage {
  /** Joins and publishes a fake camera and microphone; resolves when both are published. */
  publish(options: PageJoin): Promise<void>;
  /** What a page does while people still look at themselves. */
  prepare(): Promise<void>;
  /** Joins and waits for the first frame of somebody else's video. */
  join(options: PageJoin): Promise<PageJoinResult>;
  leave(): Promise<void>;
}

interface PageJoin {
  url: string;
  token: string;
  location: { latitude: number; longitude: number };
}

export interface PageJoinResult {
  /** Request and answer, one after the other, from the open socket to the parameters of the first remote track. */
  signalingRoundTrips: number;
  /** From the call of join to the first frame decoded. */
  firstFrameMs: number;
  edgeId: string;
}

declare global {
  interface Window {
    joinPage: JoinPage;
  }
}

let meeting: Meeting | undefined;

window.joinPage = {
  async publish(options) {
    const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
    meeting = await joinMeeting(options);
    for (const track of media.getTracks())
      await meeting.publish(track.kind === 'video' ? TrackSource.CAMERA : TrackSource.MICROPHONE, track);
  },

  prepare: prepareToJoin,

  async join(options) {
    const roundTrips = countRoundTrips();
    const calledAt = performance.now();
    meeting = await joinMeeting(options);
    await firstFrame(meeting);
    return {
      firstFrameMs: performance.now() - calledAt,
      signalingRoundTrips: roundTrips.toFirstConsumers(),
      edgeId: meeting.view.self.edge?.id ?? '',
    };
  },

  async leave() {
    await meeting?.leave();
  },
};

/** Resolves when a frame of a remote video was decoded and shown. */
function firstFrame(joined: Meeting): Promise<void> {
  return new Promise((resolve) => {
    const show = (track: MediaStreamTrack) => {
      if (track.kind !== 'video') return;
      const video = document.createElement('video');
      Object.assign(video, { autoplay: true, muted: true, srcObject: new MediaStream([track]) });
      video.requestVideoFrameCallback(() => resolve());
      document.body.append(video);
    };
    for (const track of joined.view.received.values()) show(track);
    joined.events.on('trackSubscribed', ({ track }) => show(track));
  });
}
