import type { Frame } from './frame.ts';
import type { Tree } from './tree.ts';

/** In larger trees only edges that forward are considered, of those below one gateway the nearest with room, and some of the own region. */
const maxConsidered = 64;
const maxOfRegion = 16;
const maxOfEntry = 4;
/** More than any way has. */
const steps = 1_000;

/** The second way of an edge begins with this one. */
export interface Backup {
  parentId: string;
  /** The backup parent passes on its own second way, not its first. */
  chained: boolean;
}

/** A way a track can come by. */
interface Course {
  /** Edges from the origin's child down to the one it leads to. */
  path: readonly string[];
  latencyMs: number;
}

interface Candidate extends Backup {
  course: Course;
}

/** A candidate, and how well it would do: less is better, and what comes first counts first. */
interface Weighed {
  candidate: Candidate;
  /** Edges shared with the first way, regions shared with it, no room, and depth, as one number. */
  coarse: number;
  late: number;
  usd: number;
  chained: number;
  changed: number;
  latencyMs: number;
}

/**
 * A second parent for every node: on a way that shares no edge but the origin with the primary one where there is such a way,
 * then no region either: one that is lost as a whole takes both. In a region whose gateway serves others, one of these, the
 * standby, gets its second copy from outside, and all others of the region, the gateway among them, get theirs from it over
 * second ways: so two copies cross to a region however many edges its gateway serves, and none of its edges needs both
 * (redundant trees, Médard et al. 1999).
 * @returns backups by edge; an edge that has none is absent.
 */
export function backupParents(frame: Frame, tree: Tree): Map<string, Backup> {
  const backups = new Backups(frame, tree);
  const inOrder = tree.edgeIds.sort((a, b) => tree.depth(a) - tree.depth(b) || (a < b ? -1 : 1));
  const standbys = inOrder.filter((id) => isGateway(frame, tree, id)).flatMap((id) => standbyOf(frame, tree, id) ?? []);
  for (const id of new Set([...standbys, ...inOrder])) backups.assign(id);
  return backups.chosen;
}

class Backups {
  readonly chosen = new Map<string, Backup>();
  readonly #frame: Frame;
  readonly #tree: Tree;
  /** Second ways of those that have one. */
  readonly #courses = new Map<string, Course>();
  /** By region, then by where their second ways enter it: edges whose second way others can have, too. */
  readonly #passing = new Map<string, Map<string, string[]>>();
  readonly #extra = new Map<string, number>();
  /** Candidates for everybody, in groups of those that are alike: one with room is considered, the nearest to the origin first. */
  readonly #common: readonly (readonly Candidate[])[];
  /** By region: families of children, of which one with room is considered. */
  readonly #families: ReadonlyMap<string, readonly string[][]>;

  constructor(frame: Frame, tree: Tree) {
    this.#frame = frame;
    this.#tree = tree;
    const all = [frame.originId, ...tree.edgeIds];
    this.#common = this.#groupsOf(all);
    const families = all.flatMap((id) => [...Map.groupBy(tree.children(id), (child) => frame.edge(child).region)]);
    const byRegion = Map.groupBy(families, ([region]) => region);
    this.#families = new Map([...byRegion].map(([region, of]) => [region, of.map(([, ids]) => [...ids])]));
  }

  assign(id: string): void {
    const best = this.#best(id);
    if (best === undefined) return;
    const { parentId, chained, course } = best;
    this.chosen.set(id, { parentId, chained });
    const { region } = this.#frame.edge(id);
    const path = [...course.path, id];
    this.#courses.set(id, { path, latencyMs: course.latencyMs + this.#frame.hopMs(parentId, id) });
    this.#extra.set(parentId, (this.#extra.get(parentId) ?? 0) + 1);
    const entry = this.#entryOf(path, id);
    const passing = this.#passing.get(region) ?? new Map<string, string[]>();
    this.#passing.set(region, passing);
    const sharing = passing.get(entry);
    if (sharing === undefined) passing.set(entry, [id]);
    else sharing.push(id);
  }

  #room(id: string): number {
    return this.#frame.limit(id) - this.#tree.children(id).length - (this.#extra.get(id) ?? 0);
  }

  #groupsOf(ids: readonly string[]): Candidate[][] {
    const isSmall = ids.length <= maxConsidered;
    const nearest = ids
      .filter((id) => isSmall || this.#tree.children(id).length > 0)
      .map((id) => this.#onFirstWay(id))
      .sort((a, b) => a.course.latencyMs - b.course.latencyMs);
    const groupOf = ({ parentId, course }: Candidate) => (isSmall ? parentId : this.#entryOf(course.path, parentId));
    return [...Map.groupBy(nearest, groupOf).values()];
  }

  /** Where a path to an edge enters its region. */
  #entryOf(path: readonly string[], id: string): string {
    const { region } = this.#frame.edge(id);
    return path.find((at) => this.#frame.edge(at).region === region) ?? id;
  }

  #onFirstWay(parentId: string): Candidate {
    const course = { path: this.#tree.path(parentId), latencyMs: this.#tree.latencyMs(parentId) };
    return { parentId, chained: false, course };
  }

  #best(id: string): Candidate | undefined {
    const weigh = this.#scaleFor(id);
    const boundMs = this.#frame.boundMs(id);
    let best: Weighed | undefined;
    for (const group of this.#common) {
      const [nearest] = group;
      if (nearest === undefined) continue;
      // All that follow would be late.
      if (best?.coarse === 0 && best.late === 0 && nearest.course.latencyMs > boundMs) break;
      const candidate = group.length === 1 ? nearest : (group.find((one) => this.#canServe(one, id)) ?? nearest);
      best = weigh(candidate, best) ?? best;
    }
    for (const candidate of this.#ofRegion(id)) best = weigh(candidate, best) ?? best;
    return best?.candidate;
  }

  #canServe({ parentId, course }: Candidate, id: string): boolean {
    const isOther = parentId !== id && parentId !== (this.#tree.parent(id) ?? this.#frame.originId);
    return isOther && !course.path.includes(id) && this.#room(parentId) > 0 && !this.#frame.mesh.isLost(parentId, id);
  }

  /** Weighs candidates for an edge against the best so far; undefined for those that cannot be, or are no better. */
  #scaleFor(id: string): (candidate: Candidate, best: Weighed | undefined) => Weighed | undefined {
    const frame = this.#frame;
    const parentId = this.#tree.parent(id) ?? frame.originId;
    const primary = this.#tree.path(parentId);
    // The origin's region is on every path, and whoever loses its own needs none.
    const needless = [frame.edge(frame.originId).region, frame.edge(id).region];
    const primaryRegions = new Set(
      primary.map((at) => frame.edge(at).region).filter((region) => !needless.includes(region)),
    );
    const sharedRegions = (path: readonly string[]) =>
      primaryRegions.size === 0 ? 0 : count(path, (at) => primaryRegions.has(frame.edge(at).region));
    const boundMs = frame.boundMs(id);
    const before = frame.current?.nodes.get(id)?.backupParentId;
    return (candidate, best) => {
      const { parentId: from, chained, course } = candidate;
      if (from === parentId || from === id || frame.edge(from).maxFanOut === 0 || frame.mesh.isLost(from, id)) return;
      if (course.path.includes(id)) return;
      const shared = count(primary, (at) => course.path.includes(at));
      // The steps of a chain are short: what they add is in its latency.
      const tooDeep = chained ? 0 : Math.max(0, course.path.length + 1 - frame.policy.maxDepth);
      const full = this.#room(from) <= 0 ? 1 : 0;
      const coarse = ((shared * steps + sharedRegions(course.path)) * 2 + full) * steps + tooDeep;
      // Most need not be weighed any further.
      if (best !== undefined && best.coarse < coarse) return;
      const inTime = best?.coarse === coarse && best.late === 0 ? best : undefined;
      if (inTime !== undefined && course.latencyMs > boundMs) return;
      const usd = frame.mesh.egressUsdPerGb(from, id);
      if (inTime !== undefined && inTime.usd < usd) return;
      const latencyMs = course.latencyMs + frame.hopMs(from, id);
      const weighed = {
        candidate,
        coarse,
        late: latencyMs > boundMs ? 1 : 0,
        usd,
        chained: chained ? 1 : 0,
        changed: before === from ? 0 : 1,
        latencyMs,
      };
      return best === undefined || isBetter(weighed, best) ? weighed : undefined;
    };
  }

  *#ofRegion(id: string): Generator<Candidate> {
    const tree = this.#tree;
    const siblings = tree.children(tree.parent(id) ?? this.#frame.originId).slice(0, maxOfRegion);
    const { region } = this.#frame.edge(id);
    const near = new Set([region, this.#frame.edge(this.#frame.originId).region]);
    const others = [...near].flatMap((one) => this.#oneOfEachFamily(one));
    for (const parentId of new Set([...siblings, ...others])) yield this.#onFirstWay(parentId);
    for (const parentId of this.#passingIn(region)) {
      const course = this.#courses.get(parentId);
      if (course !== undefined) yield { parentId, chained: true, course };
    }
  }

  /** Where those that forward are full, one that does not can still serve another branch. */
  #oneOfEachFamily(region: string): string[] {
    return (this.#families.get(region) ?? []).slice(0, maxOfRegion).flatMap((ids) => {
      while (ids.length > 0 && this.#room(ids.at(-1) ?? '') <= 0) ids.pop();
      return ids.slice(-1);
    });
  }

  /** Some of those with room, of each way into the region: to the family of a gateway only ways past it are of use. */
  #passingIn(region: string): string[] {
    return [...(this.#passing.get(region)?.values() ?? [])].slice(0, maxOfRegion).flatMap((ids) => {
      while (ids[0] !== undefined && this.#room(ids[0]) <= 0) ids.shift();
      return ids.slice(0, maxOfEntry);
    });
  }
}

/** True for an edge that takes a copy from another region and gives it to others of its own. */
function isGateway(frame: Frame, tree: Tree, id: string): boolean {
  const { region } = frame.edge(id);
  const parent = frame.edge(tree.parent(id) ?? frame.originId);
  return parent.region !== region && tree.children(id).some((child) => frame.edge(child).region === region);
}

/** Of those in the region that get their tracks from the gateway: best one that forwards them to nobody, so that its loss takes a second way or a first one, never both. */
function standbyOf(frame: Frame, tree: Tree, gatewayId: string): string | undefined {
  const { region } = frame.edge(gatewayId);
  const below = (id: string): string[] =>
    tree
      .children(id)
      .filter((child) => frame.edge(child).region === region)
      .flatMap((child) => [child, ...below(child)]);
  const family = below(gatewayId).filter((id) => frame.limit(id) > tree.children(id).length);
  const isStandby = (id: string) => {
    const node = frame.current?.nodes.get(id);
    const backup = node?.backupChained === true ? undefined : node?.backupParentId;
    return backup !== undefined && frame.mesh.edges.get(backup)?.region !== region;
  };
  const ranked = family.map((id) => ({
    id,
    rank: [tree.children(id).length, isStandby(id) ? 0 : 1, -Math.min(frame.limit(id), family.length), tree.depth(id)],
  }));
  return ranked.sort((a, b) => compare(a.rank, b.rank) || (a.id < b.id ? -1 : 1))[0]?.id;
}

function count(path: readonly string[], holds: (id: string) => boolean): number {
  let holding = 0;
  for (const id of path) if (holds(id)) holding += 1;
  return holding;
}

function isBetter(a: Weighed, b: Weighed): boolean {
  const difference =
    a.coarse - b.coarse ||
    a.late - b.late ||
    a.usd - b.usd ||
    a.chained - b.chained ||
    a.changed - b.changed ||
    a.latencyMs - b.latencyMs;
  return difference < 0;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
