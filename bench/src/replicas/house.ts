import { setTimeout as delay } from 'node:timers/promises';
import { Api } from '@canopy/client';
import { type Mesh, startMesh } from '@canopy/local-mesh';
import { Attendance } from '@canopy/local-mesh/testing/attendance';
import { Balancer } from '@canopy/local-mesh/testing/balancer';
import { launchChromium } from '@canopy/local-mesh/testing/chromium';
import { HeadlessParticipant } from '@canopy/local-mesh/testing/headless-participant';
import { MediaWatch } from '@canopy/local-mesh/testing/steady-media';
import { joinWith } from '../../../control-plane/src/testing/media.ts';
import { inParallel } from '../grow/in-parallel.ts';

export type Replica = Mesh['replicas'][number];

const joinsAtOnce = 16;

/** A mesh with two replicas behind a load balancer, guests without media in several meetings, and two browsers that see each other once they are asked for. */
export class House implements AsyncDisposable {
  readonly mesh: Mesh;
  readonly balancer: Balancer;
  readonly guests: HeadlessParticipant[] = [];
  readonly #watches: MediaWatch[] = [];
  readonly #meetingIds: readonly string[];
  readonly #api: Api;
  readonly #owned: AsyncDisposableStack;

  static async open(meetings: number): Promise<House> {
    await using stack = new AsyncDisposableStack();
    const regions = ['eu-central-1', 'us-east-1'];
    const mesh = stack.use(await startMesh({ regions, replicas: 2, report: (text) => console.error(text) }));
    const balancer = stack.use(await Balancer.start(mesh.replicas));
    const api = new Api({ url: balancer.url });
    const meetingIds = await inParallel(
      Array.from({ length: meetings }),
      4,
      async () => (await api.createMeeting({})).id,
    );
    return new House(mesh, balancer, api, meetingIds, stack.move());
  }

  private constructor(
    mesh: Mesh,
    balancer: Balancer,
    api: Api,
    meetingIds: readonly string[],
    owned: AsyncDisposableStack,
  ) {
    this.mesh = mesh;
    this.balancer = balancer;
    this.#api = api;
    this.#meetingIds = meetingIds;
    this.#owned = owned;
  }

  /** The token of the guest with this number; meetings take turns. */
  async token(number: number): Promise<string> {
    const meetingId = this.#meetingIds[number % this.#meetingIds.length] ?? '';
    return (await this.#api.createToken(meetingId, { name: `Guest ${number}`, role: 'panelist' })).token;
  }

  join(token: string): Promise<HeadlessParticipant> {
    return HeadlessParticipant.join({ url: this.balancer.url, join: joinWith(token) });
  }

  /** So many guests come, all to one replica. */
  async fill(replica: Replica, count: number): Promise<void> {
    this.balancer.preferred = replica;
    const numbers = Array.from({ length: count }, (_, index) => index);
    this.guests.push(
      ...(await inParallel(numbers, joinsAtOnce, async (number) => this.join(await this.token(number)))),
    );
    console.error(`${this.guests.length} guests are there`);
  }

  /** Two browsers come, in a meeting of their own, and see and hear each other from now on. They take more than one core of what the machine has. */
  async showMedia(): Promise<void> {
    const browser = this.#owned.use(await launchChromium());
    const { id } = await this.#api.createMeeting({ title: 'Seen' });
    const { url } = this.balancer;
    const small = { smallCamera: true };
    const mara = await Attendance.join(browser, url, id, 'Mara', 'eu-central-1', small);
    const noah = await Attendance.join(browser, url, id, 'Noah', 'us-east-1', small);
    await Promise.all([mara, noah].flatMap((person) => [person.receives('video', 1), person.receives('audio', 1)]));
    this.#watches.push(...(await Promise.all([mara, noah].map((person) => MediaWatch.begin(person)))));
  }

  /** The longest time that a track of the two browsers stood still, and how many came anew. */
  async media(): Promise<{ longestGapMs: number; replaced: number }> {
    const seen = await Promise.all(this.#watches.map((watch) => watch.seen()));
    return {
      longestGapMs: Math.round(Math.max(0, ...seen.map(({ longestGapMs }) => longestGapMs))),
      replaced: seen.reduce((sum, { replaced }) => sum + replaced, 0),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const guest of this.guests) guest[Symbol.dispose]();
    await this.#owned.disposeAsync();
  }
}

/** How long after `sinceMs` (`performance.now()`) each guest was back, ms; those who were not after `patienceMs` are missing. */
export async function untilBack(
  guests: readonly HeadlessParticipant[],
  sinceMs: number,
  patienceMs: number,
): Promise<number[]> {
  const backAfter = ({ told }: HeadlessParticipant) => {
    const welcome = told.findLast(({ how, atMs }) => atMs > sinceMs && (how === 'resumed' || how === 'joined'));
    return welcome === undefined ? [] : [welcome.atMs - sinceMs];
  };
  for (;;) {
    const back = guests.flatMap(backAfter);
    if (back.length === guests.length || performance.now() - sinceMs > patienceMs) return back;
    await delay(50);
  }
}
