import type { MeshEdge, MeshLink } from '@canopy/client';

/**
 * `waiting`: it carries nothing, as the second way of a track does. `strained`: some loss, or an end that is being emptied.
 * `failing`: much loss, or an end that is lost, quarantined or foreign.
 */
type Health = 'well' | 'waiting' | 'strained' | 'failing';

export const healths: readonly Health[] = ['well', 'waiting', 'strained', 'failing'];

const isWrong: ReadonlySet<MeshEdge['state']> = new Set(['dead', 'quarantined', 'foreign']);

/** From here on people see it: one frame in some has to be sent again; from the second on, most have. */
const strainedFrom = 0.01;
const failingFrom = 0.05;

/** What flows one way between two edges, all meetings taken together. */
export interface Way {
  from: MeshEdge;
  to: MeshEdge;
  tracks: number;
  bitrateBps: number;
  rttMs: number | null;
  loss: number | null;
  health: Health;
}

/** One for each pair and direction; the widest first. Links whose edges are unknown are left out. */
export function waysOf(edges: readonly MeshEdge[], links: readonly MeshLink[]): Way[] {
  const byId = new Map(edges.map((edge) => [edge.id, edge]));
  const groups = Map.groupBy(links, ({ parent, child }) => `${parent}>${child}`);
  const ways = [...groups.values()].flatMap((group) => {
    const [first] = group;
    const from = byId.get(first?.parent ?? '');
    const to = byId.get(first?.child ?? '');
    if (first === undefined || from === undefined || to === undefined) return [];
    const tracks = group.flatMap((link) => link.tracks);
    const bitrateBps = tracks.reduce((sum, track) => sum + track.bitrateBps, 0);
    const { rttMs, loss } = first;
    return { from, to, tracks: tracks.length, bitrateBps, rttMs, loss, health: healthOf(from, to, bitrateBps, loss) };
  });
  return ways.sort((a, b) => b.bitrateBps - a.bitrateBps);
}

function healthOf(from: MeshEdge, to: MeshEdge, bitrateBps: number, loss: number | null): Health {
  const states = [from.state, to.state];
  if (states.some((state) => isWrong.has(state)) || (loss ?? 0) >= failingFrom) return 'failing';
  if (states.includes('draining') || (loss ?? 0) >= strainedFrom) return 'strained';
  return bitrateBps === 0 ? 'waiting' : 'well';
}

/** As wide as it is worth seeing: thrice as wide for a thousand times as much. */
export function widthOf(bitrateBps: number): number {
  return 1.5 + Math.min(4.5, Math.log10(1 + bitrateBps / 50_000) * 1.5);
}
