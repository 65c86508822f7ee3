import type { run as grown } from '../../benches/grow.ts';
import type { JoinResult } from '../../benches/join.ts';
import type { KeyframesResult } from '../../benches/keyframes.ts';
import type { ThinLinksResult } from '../../benches/thin-links.ts';
import { atMost, type Exhibit, holds, none } from '../exhibit.ts';
import { bars, ranges } from '../plots.ts';

/** What a mesh does while nothing is wrong. */

export const join: Exhibit<JoinResult> = {
  promises: ({ signalingRoundTrips }) => [
    atMost('Round trips of a join, after the socket opened', signalingRoundTrips.most, 1),
  ],
  plots: (result) => [
    ranges('From joining to the first frame', 'ms', [{ label: 'first frame', ...result.firstFrameMs }]),
    bars('CPU of a join', 'ms', [
      { label: 'control plane', value: result.controlPlaneCpuMsPerJoin },
      { label: 'edges', value: result.edgeCpuMsPerJoin },
    ]),
  ],
};

export const grow: Exhibit<Awaited<ReturnType<typeof grown>>> = {
  promises: (result) => Object.entries(result.holds).map(([promise, kept]) => holds(inWords(promise), kept)),
  plots: ({ joinMs, firstPacketMs, firstFrameMs, mesh }) => [
    ranges('From opening the socket', 'ms', [
      { label: 'joined', ...joinMs },
      { label: 'first packet', ...firstPacketMs },
      { label: 'first frame', ...firstFrameMs },
    ]),
    bars(
      `Highest load; an edge is overloaded from ${mesh.overloadThreshold} on`,
      '',
      Object.entries(mesh.highestLoads).map(([label, value]) => ({ label, value })),
    ),
  ],
};

/** "noEdgeAboveItsThreshold" → "no edge above its threshold". */
function inWords(name: string): string {
  return name.replace(/[A-Z]|\d+/g, (part) => ` ${part.toLowerCase()}`);
}

export const keyframes: Exhibit<KeyframesResult> = {
  promises: ({ keyFrameRequestsPer500Ms, firstFrameMs, withoutFrame }) => [
    atMost('Keyframe requests for a stream in 500 ms', keyFrameRequestsPer500Ms.most, 1),
    atMost('Slowest first frame', firstFrameMs.max.median, 1_000, 'ms'),
    none('Viewers without a frame', withoutFrame.most),
  ],
  plots: ({ firstFrameMs }) => [
    ranges('From joining to the first frame', 'ms', [
      {
        label: 'median of runs',
        p50: firstFrameMs.p50.median,
        p95: firstFrameMs.p95.median,
        max: firstFrameMs.max.median,
      },
      { label: 'slowest run', p50: firstFrameMs.p50.most, p95: firstFrameMs.p95.most, max: firstFrameMs.max.most },
    ]),
  ],
};

export const thinLinks: Exhibit<ThinLinksResult> = {
  promises: ({ higherLayerMs, keyFrameRequests }) => [
    atMost('A higher layer is seen, p95', higherLayerMs.p95, 1_000, 'ms'),
    atMost('Keyframe requests for a stream in 500 ms', keyFrameRequests.mostPer500Ms, 1),
  ],
  plots: ({ originToRelay, relayToLeaf, higherLayerMs }) => [
    bars('What a link carries', 'kbit/s', [
      { label: 'origin to relay, all layers', value: originToRelay.allKbps.median },
      { label: 'origin to relay, small tiles', value: originToRelay.thinKbps.median },
      { label: 'relay to leaf, all layers', value: relayToLeaf.allKbps.median },
      { label: 'relay to leaf, small tiles', value: relayToLeaf.thinKbps.median },
    ]),
    ranges('Until a higher layer is seen', 'ms', [{ label: 'all asks', ...higherLayerMs }]),
  ],
};
