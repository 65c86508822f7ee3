/** Who is to be seen first, and how it came to that. Times in ms. */
export interface SpeakerOrder {
  /** Participant ids, by their places. */
  readonly order: readonly string[];
  /** Whom the speaker view shows. */
  readonly speaker: string | null;
  /** Who speaks, and since when. */
  readonly since: ReadonlyMap<string, number>;
  /** When those who are silent were heard last. */
  readonly heardAt: ReadonlyMap<string, number>;
}

export const nobodyHeard: SpeakerOrder = { order: [], speaker: null, since: new Map(), heardAt: new Map() };

/** A cough or a "yes" moves nobody. */
const patienceMs = 1_200;

/**
 * The order at `now`. Places change as little as they can: somebody who is not on the first page and speaks for a while takes the place of whoever there was silent longest; everybody else stays.
 *
 * @param slots places of the first page
 */
export function speakerOrder(
  before: SpeakerOrder,
  present: readonly string[],
  speaking: ReadonlySet<string>,
  slots: number,
  now: number,
): SpeakerOrder {
  const here = new Set(present);
  const since = new Map([...speaking].filter((id) => here.has(id)).map((id) => [id, before.since.get(id) ?? now]));
  const heardAt = new Map([...before.heardAt].filter(([id]) => here.has(id)));
  for (const id of since.keys()) heardAt.set(id, now);
  const stayed = before.order.filter((id) => here.has(id));
  const known = new Set(stayed);
  const order = [...stayed, ...present.filter((id) => !known.has(id))];
  const settled = [...since].filter(([, from]) => now - from >= patienceMs).map(([id]) => id);
  for (const id of settled) bringForward(order, id, slots, since, heardAt);
  return { order, speaker: speakerNow(before.speaker, settled, since, here), since, heardAt };
}

function bringForward(
  order: string[],
  id: string,
  slots: number,
  since: ReadonlyMap<string, number>,
  heardAt: ReadonlyMap<string, number>,
): void {
  const from = order.indexOf(id);
  if (from < slots) return;
  const silent = order.slice(0, slots).filter((each) => !since.has(each));
  const [longest] = silent.sort((a, b) => (heardAt.get(a) ?? 0) - (heardAt.get(b) ?? 0));
  if (longest === undefined) return;
  order[order.indexOf(longest)] = id;
  order[from] = longest;
}

/** Whoever is shown stays so while they speak and until somebody else has spoken for a while. */
function speakerNow(
  shown: string | null,
  settled: readonly string[],
  since: ReadonlyMap<string, number>,
  here: ReadonlySet<string>,
): string | null {
  if (shown !== null && here.has(shown) && (since.has(shown) || settled.length === 0)) return shown;
  const [first] = settled.length > 0 ? settled : since.keys();
  return first ?? null;
}
