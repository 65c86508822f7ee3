import { isDeepStrictEqual } from 'node:util';
import type { ReceptionCounted, ReceptionCounts } from '@canopy/proto/signal';
import { addReceptions, noReception } from '../../core/meeting/reception.ts';

/** In rounds: what did not change is told anew, for replicas that began to listen or missed it. */
const renewAfter = 5;
/** A replica that is silent for so many rounds is gone; its people tell another one. */
const forgetAfter = 12;

/** How a large meeting reaches its people, as this replica and the others count it. */
export class Receptions {
  /** Tells the other replicas what this one counts. */
  readonly #announce: (own: ReceptionCounts) => void;
  /** What they were told last. */
  #own = noReception;
  /** Rounds since the others were told. */
  #age = 0;
  #all = noReception;
  readonly #elsewhere = new Map<string, { counts: ReceptionCounts; age: number }>();

  constructor(announce: (own: ReceptionCounts) => void) {
    this.#announce = announce;
  }

  /** Another replica told what it counts. */
  heard({ replicaId, counts = noReception }: ReceptionCounted): void {
    this.#elsewhere.set(replicaId, { counts, age: 0 });
  }

  /** It is not counted here any more. Others need not wait to find out, and what they told before is old when it is again. */
  stop(): void {
    this.#elsewhere.clear();
    if (!isDeepStrictEqual(this.#own, noReception)) this.#tell(noReception);
  }

  /** A round, in which this replica counts so. Returns what everybody counts, the same object while it does not change. */
  round(own: ReceptionCounts): ReceptionCounts {
    this.#age += 1;
    if (this.#age >= renewAfter || !isDeepStrictEqual(own, this.#own)) this.#tell(own);
    const all = addReceptions([own, ...this.#countedElsewhere()]);
    if (!isDeepStrictEqual(all, this.#all)) this.#all = all;
    return this.#all;
  }

  #tell(own: ReceptionCounts): void {
    this.#age = 0;
    this.#own = own;
    this.#announce(own);
  }

  #countedElsewhere(): ReceptionCounts[] {
    for (const [replicaId, told] of this.#elsewhere) {
      told.age += 1;
      if (told.age > forgetAfter) this.#elsewhere.delete(replicaId);
    }
    return [...this.#elsewhere.values()].map(({ counts }) => counts);
  }
}
