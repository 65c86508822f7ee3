import { isDeepStrictEqual } from 'node:util';
import type { ReceptionCounted, ReceptionCounts } from '@canopy/proto/signal';
import { addReceptions, noReception } from '../../core/meeting/reception.ts';

/** In rounds: what did not change is told anew, for replicas that began to listen or missed it. */
const renewAfter = 5;
/** A replica that is silent for so many rounds is gone; its people tell another one. */
const forgetAfter = 12;

/** How a large meeting reaches its people, as this replica and the others count it. */
export class Receptions {
  /** What this replica counts. */
  #own = noReception;
  /** Rounds since the others were told. */
  #age = 0;
  #all = noReception;
  readonly #elsewhere = new Map<string, { counts: ReceptionCounts; age: number }>();

  /** Another replica told what it counts. */
  heard({ replicaId, counts = noReception }: ReceptionCounted): void {
    this.#elsewhere.set(replicaId, { counts, age: 0 });
  }

  /** It is not counted any more: what others told before is old when it is again. */
  forget(): void {
    this.#elsewhere.clear();
  }

  /** A round, in which this replica counts so. `all`: what everybody counts, the same object while it does not change. `isNews`: the other replicas are to be told what this one counts. */
  round(own: ReceptionCounts): { all: ReceptionCounts; isNews: boolean } {
    this.#age += 1;
    const isNews = this.#age >= renewAfter || !isDeepStrictEqual(own, this.#own);
    if (isNews) this.#age = 0;
    this.#own = own;
    const all = addReceptions([own, ...this.#countedElsewhere()]);
    if (!isDeepStrictEqual(all, this.#all)) this.#all = all;
    return { all: this.#all, isNews };
  }

  #countedElsewhere(): ReceptionCounts[] {
    for (const [replicaId, told] of this.#elsewhere) {
      told.age += 1;
      if (told.age > forgetAfter) this.#elsewhere.delete(replicaId);
    }
    return [...this.#elsewhere.values()].map(({ counts }) => counts);
  }
}
