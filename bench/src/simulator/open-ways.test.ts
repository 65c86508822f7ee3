import { clientRtts } from '@canopy/control-plane/core/placement/client-rtt';
import { pathMs } from '@canopy/control-plane/core/placement/place';
import { describe, expect, test } from 'vitest';
import { twelveRegions } from '../region-data.ts';
import { OpenWays } from './open-ways.ts';
import { SimMeeting } from './sim-meeting.ts';
import { makeWorld, type SimEdge } from './world.ts';

const data = await twelveRegions();

function setUp() {
  const world = makeWorld(data, { regions: 12, edges: 48, edgeCapacity: 100, maxFanOut: 16, seed: 1 });
  const meeting = new SimMeeting('cold', (originId, edgeId) => world.mesh.rttMs(originId, edgeId) / 2);
  const city = world.drawCity();
  meeting.add({ meeting, city, people: 1, publishes: true, placedAtMs: 0, settled: true, gone: false }, 'us-east-1/0');
  return { world, meeting };
}

describe('ways over edges with room', () => {
  test('are as long as placement takes them to be, and the shortest is told', () => {
    const { world, meeting } = setUp();
    for (const [index, { candidate }] of world.edges.entries()) candidate.reportedLoad = index % 3 === 0 ? 0.1 : 0.685;
    const ways = new OpenWays(world, 0.02);
    const candidates = world.edges.map(({ candidate }) => candidate);
    for (let drawn = 0; drawn < 50; drawn += 1) {
      const city = world.drawCity();
      const rttTo = clientRtts(world.viewFrom(city), candidates);
      const wayMs = ({ candidate }: SimEdge) => pathMs(candidate, rttTo(candidate), meeting);
      for (const edge of world.edges) expect(ways.overMs(edge, meeting, city)).toBe(wayMs(edge));
      const open = world.edges.filter(({ candidate }) => candidate.reportedLoad === 0.1);
      expect(ways.shortestMs(meeting, city)).toBe(Math.min(...open.map(wayMs)));
    }
  });

  test('are infinite where no edge has room', () => {
    const { world, meeting } = setUp();
    for (const { candidate } of world.edges) candidate.overloaded = true;
    expect(new OpenWays(world, 0.02).shortestMs(meeting, world.drawCity())).toBe(Number.POSITIVE_INFINITY);
  });
});
