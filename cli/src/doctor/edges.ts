import type { MeshEdge, ServerConfig } from '@canopy/client/api';
import { defaultPlacementPolicy } from '@canopy/control-plane/core/placement/types';
import { type Finding, failed, ok, warning } from './finding.ts';

/** What the control plane says of the edges. */
export function checkEdges(edges: readonly MeshEdge[], regions: ServerConfig['regions']): Finding[] {
  if (edges.length === 0) {
    const advice = 'Start an edge whose NATS_URL and CONTROL_NAMESPACE match those of the control plane.';
    return [failed('edges', 'the control plane hears of none', advice)];
  }
  const known = new Set(regions.map(({ id }) => id));
  const wrong = edges.flatMap((edge) => problemOf(edge, known.has(edge.region)) ?? []);
  const takers = edges.filter(({ state }) => state === 'ready').length;
  if (takers === 0) wrong.unshift(failed('edges', 'none takes anybody', 'Undrain one, or start one more.'));
  return wrong.length > 0 ? wrong : [ok('edges', `all ${edges.length} take people`)];
}

function problemOf(
  { id, region, state, load, quarantine, protocol }: MeshEdge,
  regionKnown: boolean,
): Finding | undefined {
  const name = `edge ${id}`;
  if (state === 'dead') return failed(name, 'is not answering', `Look at its host and at the log of its service.`);
  if (state === 'quarantined') {
    const advice =
      'Open its media port for UDP and TCP, and see that EDGE_MEDIA_ANNOUNCED_ADDRESS is what clients reach.';
    return failed(name, `media does not get through to it (${quarantine?.rule ?? 'as others saw'})`, advice);
  }
  if (state === 'foreign') {
    const advice = 'Upgrade it, or the control plane, one version after the other.';
    return failed(name, `speaks version ${protocol} of the protocol, which the others do not`, advice);
  }
  if (state === 'draining') return warning(name, 'is being emptied', `When that is over: canopy edges undrain ${id}`);
  if (load >= defaultPlacementPolicy.overloadThreshold)
    return warning(name, 'is full', `Start another edge in ${region}.`);
  if (!regionKnown) return warning(name, `its region ${region} is unknown`, 'Set EDGE_REGION to one of the catalogue.');
  return undefined;
}
