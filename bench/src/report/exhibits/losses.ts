import type { FailoverResult } from '../../benches/failover.ts';
import type { ReconnectResult } from '../../benches/reconnect.ts';
import type { ResumeResult } from '../../benches/resume.ts';
import type { WorkerLossResult } from '../../benches/worker-loss.ts';
import { atMost, type Exhibit, nobodyWithoutMedia, none, type Promised } from '../exhibit.ts';
import { bars, type Range, ranges } from '../plots.ts';

/** What happens when parts are lost. */

export const failover: Exhibit<FailoverResult> = {
  promises: ({ relayKilled, gateways, edgeKilled, drained, regions }) => {
    const promises: Promised[] = [];
    if (relayKilled !== null)
      promises.push(
        atMost('A relay is killed: gap, p50', relayKilled.gapMs.p50, 150, 'ms'),
        atMost('A relay is killed: gap, p99', relayKilled.gapMs.p99, 300, 'ms'),
        ...nobodyWithoutMedia('A relay is killed', relayKilled),
      );
    for (const [kind, lost] of Object.entries(gateways?.byKind ?? {}))
      if (lost.count > 0)
        promises.push(
          atMost(`A relay above a gateway is lost, ${kind}: gap, p95`, lost.gapMs.p95, 150, 'ms'),
          ...nobodyWithoutMedia(`A relay above a gateway is lost, ${kind}`, lost),
        );
    if (edgeKilled !== null)
      promises.push(
        atMost('The own edge is killed: first frame over another, p99', edgeKilled.gapMs.p99, 1_500, 'ms'),
        ...nobodyWithoutMedia('The own edge is killed', edgeKilled),
      );
    if (drained !== null) promises.push(none('Frames lost when an edge is emptied', drained.framesLost));
    for (const [kind, lost] of Object.entries(regions ?? {}))
      promises.push(
        atMost(`A region is lost, ${kind}: gap in the region below, p95`, lost.gapMs.p95, 150, 'ms'),
        atMost(`A region is lost, ${kind}: first frame elsewhere, p95`, lost.placedMs.p95, 4_000, 'ms'),
        ...nobodyWithoutMedia(`A region is lost, ${kind}`, lost),
      );
    return promises;
  },
  plots: ({ relays, edges }) => [
    ...(relays === null ? [] : [ranges('A relay is lost: gap', 'ms', rangesOf(relays.byKind))]),
    ...(edges === null ? [] : [ranges('The own edge is lost: first frame over another', 'ms', rangesOf(edges))]),
  ],
};

function rangesOf(kinds: Readonly<Record<string, { count: number; gapMs: Omit<Range, 'label'> }>>): Range[] {
  return Object.entries(kinds).flatMap(([label, { count, gapMs }]) => (count === 0 ? [] : [{ label, ...gapMs }]));
}

export const resume: Exhibit<ResumeResult> = {
  promises: ({ resumeMs, notBack, events }) => [
    atMost('Resumed, p95', resumeMs.p95, 500, 'ms'),
    none('Guests who did not come back', notBack),
    none('Changes that somebody did not hear of', events.lost),
    none('Events out of order', events.breaks),
  ],
  plots: ({ resumeMs, joinMs }) => [
    ranges('After a replica was killed', 'ms', [
      { label: 'resumed', ...resumeMs },
      { label: 'joins under way answered', ...joinMs },
    ]),
  ],
};

export const reconnect: Exhibit<ReconnectResult> = {
  promises: ({ allBackMs, eventLoopDelayP99Ms, notBack }) => [
    atMost('All are back', allBackMs.median, 15_000, 'ms'),
    atMost('Event-loop delay of the other replica, p99', eventLoopDelayP99Ms.median, 200, 'ms'),
    none('Not back', notBack),
  ],
  plots: ({ backMs, allBackMs }) => [
    bars('After a replica was killed', 'ms', [
      { label: 'half are back', value: backMs.p50.median, least: backMs.p50.least, most: backMs.p50.most },
      { label: '95 % are back', value: backMs.p95.median, least: backMs.p95.least, most: backMs.p95.most },
      { label: 'all are back', value: allBackMs.median, least: allBackMs.least, most: allBackMs.most },
    ]),
  ],
};

export const workerLoss: Exhibit<WorkerLossResult> = {
  promises: ({ seenAgainMs, replacedMs, strangers }) => [
    atMost('Seen again, p95', seenAgainMs.p95, 1_000, 'ms'),
    atMost('Replaced', replacedMs.median, 2_000, 'ms'),
    none('People who had to join anew', strangers),
  ],
  plots: ({ seenAgainMs }) => [
    ranges('From the kill until people see each other again', 'ms', [{ label: 'seen again', ...seenAgainMs }]),
  ],
};
