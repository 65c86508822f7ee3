import { SignalConnection } from '@canopy/client/signal';
import { applyEvent, fromSnapshot, type MeetingState } from '@canopy/client/state';
import type { Join, Joined, MeetingEvent, MeetingSnapshot, Reply, Resumed, StreamPosition } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';

/** One thing that a participant was told of the meeting, and when by `performance.now()`. */
export interface Told {
  how: 'joined' | 'resumed' | 'snapshot' | 'event';
  /** Where in the event stream that is. */
  position: StreamPosition;
  atMs: number;
  event?: MeetingEvent;
}

export interface HeadlessOptions {
  /** The control plane. */
  url: string;
  join: Join;
  /** For opening a socket and for each request. */
  timeoutMs?: number;
  /** How long a first join is tried again while the service is in trouble, ms. Unless given, it is tried once. */
  joinPatienceMs?: number;
}

/** A participant with the SDK's own signaling and no media: reconnects, resumes and joins again as a browser would, and remembers everything it was told. */
export class HeadlessParticipant implements Disposable {
  readonly told: Told[] = [];
  readonly connection: SignalConnection;
  #joined: Joined | undefined;
  #state: MeetingState | undefined;
  /** Why the meeting is over for it; undefined while it is not. */
  ended: CanopyError | undefined;

  /** Rejects with the server's error, at last. */
  static async join({ join, ...options }: HeadlessOptions): Promise<HeadlessParticipant> {
    const participant = new HeadlessParticipant(options);
    await participant.connection.join(join, (joined) => participant.#hearJoined(joined));
    return participant;
  }

  private constructor({ url, ...limits }: Omit<HeadlessOptions, 'join'>) {
    this.connection = new SignalConnection({
      url: `${ofItsOwn(url).replace(/^http/, 'ws')}/v1/signal`,
      resumeFrom: () => ({ position: this.#state?.position, restartIce: false }),
      ...limits,
    });
    const { events } = this.connection;
    events.on('joined', (joined) => this.#hearJoined(joined));
    events.on('resumed', (resumed) => this.#hearResumed(resumed));
    events.on('pushed', (push) => {
      if ('event' in push) this.#hearEvent(push.event);
      else if ('snapshot' in push) this.#adopt('snapshot', push.snapshot);
    });
    events.on('ended', (reason) => {
      this.ended = reason;
    });
  }

  /** What the last join answered. */
  get joined(): Joined {
    if (this.#joined === undefined) throw new Error('not in a meeting');
    return this.#joined;
  }

  get participantId(): string {
    return this.joined.participantId;
  }

  get state(): MeetingState {
    if (this.#state === undefined) throw new Error('not in a meeting');
    return this.#state;
  }

  /** Ids of everybody there, sorted. */
  get roster(): string[] {
    return [...this.state.participants.keys()].sort();
  }

  request(request: Parameters<SignalConnection['request']>[0]): Promise<Reply> {
    return this.connection.request(request);
  }

  [Symbol.dispose](): void {
    this.connection.close();
  }

  #hearJoined(joined: Joined): void {
    this.#joined = joined;
    if (joined.meeting === undefined) throw new CanopyError('MALFORMED_MESSAGE');
    this.#adopt('joined', joined.meeting);
  }

  #hearResumed({ snapshot, events }: Resumed): void {
    if (snapshot === undefined) this.#remember({ how: 'resumed', position: this.state.position });
    else this.#adopt('resumed', snapshot);
    for (const event of events) this.#hearEvent(event);
  }

  #hearEvent(event: MeetingEvent): void {
    const { state, outdated } = applyEvent(this.state, event);
    this.#state = state;
    if (event.position !== undefined) this.#remember({ how: 'event', position: event.position, event });
    if (outdated) this.connection.reconnectNow();
  }

  #adopt(how: Told['how'], snapshot: MeetingSnapshot): void {
    this.#state = fromSnapshot(snapshot);
    this.#remember({ how, position: this.#state.position });
  }

  #remember(told: Omit<Told, 'atMs'>): void {
    this.told.push({ ...told, atMs: performance.now() });
  }
}

/** Every place where an event was left out, told twice or told of another stream than the one before; none where each followed the one before. */
export function breaksIn(told: readonly Told[]): string[] {
  return told.flatMap(({ how, position }, index) => {
    const before = told[index - 1]?.position;
    if (how !== 'event' || before === undefined) return [];
    const follows = position.generation === before.generation && position.sequence === before.sequence + 1;
    return follows ? [] : [`${position.generation} ${position.sequence} after ${before.generation} ${before.sequence}`];
  });
}

/** Node's fetch and WebSocket share idle connections to an origin: one made before a balancer preferred a replica would lead past it. Under another name a socket gets a connection of its own. */
function ofItsOwn(url: string): string {
  return url.replace('//127.0.0.1:', '//localhost:');
}
