import { TrackKind } from '@canopy/proto/media';
import type { Track } from '@canopy/proto/signal';
import type { Meeting } from '../meeting.ts';
import type { MeetingView } from '../meeting-view.ts';
import { playTrack } from './play-track.ts';
import { VisibleSizes } from './visible-sizes.ts';
import { wantsFor } from './wants.ts';
import { watchHidden } from './watch-hidden.ts';

/**
 * Shows what everybody else sends: in `container`, a `<video>` for each picture and an `<audio>` for each sound.
 *
 * It says by itself what to receive (`Meeting.setSubscriptions`): every sound, and each picture as large as it is on the screen. What is scrolled away costs nothing, nor do pictures in a page that nobody has looked at for ten seconds; a camera that is off is `hidden`. Sound that the browser plays after a click only gets the browser's own button.
 *
 * `data-participant-id` and `data-source` (a `TrackSource`) say whose an element is, and what. Pictures are 640 × 360 unless your style says otherwise.
 *
 * Returns the function that takes the elements away and receives nothing more. The end of the meeting does that, too.
 */
export function showTracks(meeting: Meeting, container: HTMLElement): () => void {
  const shown = new ShownTracks(meeting, container);
  return () => shown.end();
}

/** The element that plays a track. */
interface Player {
  readonly element: HTMLMediaElement;
  /** What it plays; undefined: nothing is received now. */
  media: MediaStreamTrack | undefined;
  readonly stopMeasuring: () => void;
}

class ShownTracks {
  readonly #meeting: Meeting;
  readonly #container: HTMLElement;
  /** By track id. */
  readonly #players = new Map<string, Player>();
  readonly #sizes = new VisibleSizes(() => this.#receive());
  readonly #stops: (() => void)[];
  #tracks: MeetingView['tracks'] | undefined;
  #ended = false;

  constructor(meeting: Meeting, container: HTMLElement) {
    this.#meeting = meeting;
    this.#container = container;
    this.#stops = [
      meeting.events.on('stateChanged', (view) => this.#show(view)),
      watchHidden((hidden) => this.#sizes.setPageHidden(hidden)),
    ];
    this.#show(meeting.view);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const stop of this.#stops) stop();
    for (const trackId of this.#players.keys()) this.#remove(trackId);
    this.#meeting.setSubscriptions([]);
  }

  #show({ connection, tracks, received, self }: MeetingView): void {
    if (connection === 'closed') {
      this.end();
      return;
    }
    const others = [...tracks.values()].filter(({ participantId }) => participantId !== self.participantId);
    // A picture has its place before it is received: how large that is says what to receive.
    const shown = others.filter(({ id, kind }) => kind === TrackKind.VIDEO || received.has(id));
    const ids = new Set(shown.map(({ id }) => id));
    for (const trackId of this.#players.keys()) if (!ids.has(trackId)) this.#remove(trackId);
    for (const track of shown) this.#play(track, received.get(track.id));
    if (tracks === this.#tracks) return;
    this.#tracks = tracks;
    this.#receive();
  }

  /** After the end, too, is told what was seen before. */
  #receive(): void {
    if (this.#ended) return;
    const { tracks, self } = this.#meeting.view;
    this.#meeting.setSubscriptions(wantsFor(tracks.values(), self.participantId, this.#sizes.shown));
  }

  #play(track: Track, media: MediaStreamTrack | undefined): void {
    const player = this.#players.get(track.id) ?? this.#add(track);
    const { element } = player;
    element.hidden = track.kind === TrackKind.VIDEO && track.muted;
    if (media === player.media) return;
    player.media = media;
    if (media === undefined) return;
    playTrack(element, media);
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') element.controls = true;
    });
  }

  #add(track: Track): Player {
    const element = track.kind === TrackKind.VIDEO ? newVideo() : document.createElement('audio');
    Object.assign(element.dataset, { participantId: track.participantId, source: track.source });
    this.#container.append(element);
    const player: Player = { element, media: undefined, stopMeasuring: this.#sizes.observe(track.id, element) };
    this.#players.set(track.id, player);
    return player;
  }

  #remove(trackId: string): void {
    const player = this.#players.get(trackId);
    if (player === undefined) return;
    this.#players.delete(trackId);
    player.element.remove();
    player.element.srcObject = null;
    player.stopMeasuring();
  }
}

/** Its sound is played by another element. */
function newVideo(): HTMLVideoElement {
  return Object.assign(document.createElement('video'), { width: 640, height: 360, muted: true, playsInline: true });
}
