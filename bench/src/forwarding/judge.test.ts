import { describe, expect, it } from 'vitest';
import type { Flow } from './flow.ts';
import { judge } from './judge.ts';

function flow(microseconds: number, arrived = 1): Flow {
  return { packets: 1_000, cpuMs: microseconds, arrived };
}

describe('comparing forwarders', () => {
  it('takes the median of each, and of the ratios of pairs', () => {
    const rounds = [
      { canopy: flow(10), janus: flow(20) },
      { canopy: flow(30), janus: flow(30) },
      { canopy: flow(12), janus: flow(16) },
    ];
    expect(judge(rounds)).toEqual({
      forwarders: {
        canopy: { microsecondsPerPacket: { median: 12, least: 10, most: 30 }, arrived: 1 },
        janus: { microsecondsPerPacket: { median: 20, least: 16, most: 30 }, arrived: 1 },
      },
      canopyTo: { janus: { median: 0.75, least: 0.5, most: 1 } },
    });
  });

  it('counts the Node of an edge, and says what its share is', () => {
    const edge: Flow = { ...flow(12), nodeCpuMs: 2 };
    const { forwarders, canopyTo } = judge([{ canopy: edge, janus: flow(16) }]);
    expect(forwarders.canopy?.microsecondsPerPacket.median).toBe(12);
    expect(forwarders.canopy?.nodeMicrosecondsPerPacket).toEqual({ median: 2, least: 2, most: 2 });
    expect(forwarders.janus).not.toHaveProperty('nodeMicrosecondsPerPacket');
    expect(canopyTo.janus?.median).toBe(0.75);
  });

  it('tells the worst that arrived', () => {
    const rounds = [{ canopy: flow(10, 0.99) }, { canopy: flow(10, 1) }];
    expect(judge(rounds).forwarders.canopy?.arrived).toBe(0.99);
  });

  it('leaves out who was not there', () => {
    expect(judge([{ canopy: flow(10), floor: flow(5) }])).toMatchObject({ canopyTo: { floor: { median: 2 } } });
    expect(Object.keys(judge([{ canopy: flow(10) }]).forwarders)).toEqual(['canopy']);
  });
});
