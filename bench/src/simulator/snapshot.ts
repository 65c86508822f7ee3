import type { SimMeeting } from './sim-meeting.ts';
import type { Simulation } from './simulation.ts';
import type { World } from './world.ts';

/** Measures what everybody experiences right now, and what it costs; checks that nobody is on an edge known to be dead. */
export function takeSnapshot({ world, meetings, measures, partiesOn }: Simulation): void {
  for (const { candidate, people } of world.edges) {
    const parties = [...(partiesOn.get(candidate.id) ?? [])];
    const here = parties.reduce((sum, party) => sum + party.people, 0);
    if (here !== people) throw new Error(`${candidate.id} counts ${people} people and has ${here}`);
    if (candidate.health === 'dead' && here > 0) throw new Error(`${here} people are on the dead edge ${candidate.id}`);
  }
  measures.cost.snapshots += 1;
  for (const meeting of meetings) {
    const paths = new Map(meeting.memberIds.map((id) => [id, meeting.meanPathMs(id)]));
    for (const { edgeId, city, people } of meeting.parties) {
      if (edgeId === undefined) continue;
      measures.latency.add((paths.get(edgeId) ?? 0) + world.trueRttMs(city, edgeId) / 2, people);
    }
    const nearest = nearestOnly(world, meeting);
    for (const [originId, { nodes }] of meeting.cascades) {
      for (const { edgeId, parentId } of nodes.values())
        measures.cost.usdPerGb += world.mesh.egressUsdPerGb(parentId, edgeId);
      for (const id of meeting.memberIds)
        if (id !== originId) measures.cost.starUsdPerGb += world.mesh.egressUsdPerGb(originId, id);
    }
    for (const [fromId, toId] of meeting.backupCopies())
      measures.cost.backupUsdPerGb += world.mesh.egressUsdPerGb(fromId, toId);
    measures.cost.nearestOnlyUsdPerGb += nearest;
  }
}

/** US dollars per GB if everybody were on the nearest edge, and every edge were fed by the origin itself. */
function nearestOnly(world: World, meeting: SimMeeting): number {
  const people = new Map<string, number>();
  const origins = new Set<string>();
  for (const party of meeting.parties) {
    const region = world.nearestRegion(party.city);
    people.set(region, (people.get(region) ?? 0) + party.people);
    if (party.publishes) origins.add(region);
  }
  let usd = 0;
  for (const origin of origins) {
    for (const [region, count] of people) {
      if (region === origin) continue;
      usd += world.edgesFor(region, count) * world.mesh.egressUsdPerGb(`${origin}/0`, `${region}/0`);
    }
  }
  return usd;
}
