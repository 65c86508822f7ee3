import type { Clock } from '@canopy/runtime/clock';
import { lastPlayedAt } from './media/flow.ts';
import type { MeetingMedia } from './media/meeting-media.ts';
import { watchNetwork } from './network-watch.ts';
import { PathWatch } from './path-watch.ts';
import type { SignalConnection } from './signal/signal-connection.ts';

export interface NetworkChangesDeps {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  connection: Pick<SignalConnection, 'state' | 'roundTripMs' | 'ask' | 'reconnectNow'>;
  media: Pick<MeetingMedia, 'local' | 'remote' | 'recovering' | 'regather' | 'revive'>;
  /** How many receive the same media. */
  audience: () => number;
}

/** Learns from the browser, and from a path that is dead, that this participant is on another network, and has the connection come back over that at once. */
export class NetworkChanges {
  readonly #connection: NetworkChangesDeps['connection'];
  readonly #media: NetworkChangesDeps['media'];
  readonly #path: PathWatch;
  readonly #stopWatching: () => void;
  #pending = false;
  /** Media looks for another way already. */
  #regathered = false;

  constructor({ clock, random, connection, media, audience }: NetworkChangesDeps) {
    this.#connection = connection;
    this.#media = media;
    this.#stopWatching = watchNetwork(() => {
      this.#regather();
      this.#change();
    });
    this.#path = new PathWatch({
      clock,
      random,
      lastPlayedAt: () => Math.max(0, ...media.remote.receiving.map(({ receiver }) => lastPlayedAt(receiver))),
      sends: () => connection.state === 'connected' && media.local.wanted.size > 0,
      audience,
      roundTripMs: () => connection.roundTripMs,
      ask: (timeoutMs, how) => {
        this.#regathered = false;
        return connection.ask(timeoutMs, how);
      },
      onLate: () => this.#regather(),
      onDead: () => {
        if (!media.recovering) this.#change();
      },
      onLost: () => {
        this.#pending = true;
      },
      onStillSilent: () => media.revive(),
    });
  }

  /** The network changed, or may have, and neither was the session resumed since, nor does media look for another way already: it needs new ICE parameters. */
  get pending(): boolean {
    return this.#pending && !this.#regathered;
  }

  /** The session was resumed, or made anew. */
  settle(): void {
    this.#pending = false;
    this.#regathered = false;
  }

  stop(): void {
    this.#stopWatching();
    this.#path.stop();
  }

  #regather(): void {
    this.#regathered = this.#media.regather();
  }

  #change(): void {
    this.#pending = true;
    this.#connection.reconnectNow();
  }
}
