import { freePorts } from '@canopy/local-mesh';
import { type EdgeCpu, edgeCpu, usedBetween } from '../edge/edge-cpu.ts';
import { EdgeProcess } from '../failover/edge-process.ts';
import { PublisherProcess } from '../failover/publisher-process.ts';
import { inParallel } from '../grow/in-parallel.ts';
import { mostSurelyWithin } from '../grow/key-frame-requests.ts';
import { cpuMs } from '../process-cpu.ts';
import { AudienceProcess } from './audience-process.ts';

/** What one crowd caused and saw. */
export interface CrowdResult {
  viewers: number;
  /** From the first who joined to the last, ms. */
  askedWithinMs: number;
  /** From joining to the start of a keyframe, ms; ascending. */
  firstFrameMs: number[];
  /** Those who had none. */
  withoutFrame: number;
  keyFrameRequests: {
    /** Over all streams of the publisher, from the first who asked until the last had a frame. */
    total: number;
    /** The most that any one stream was asked within 500 ms. */
    mostPer500Ms: number;
  };
  /** CPU time from the first who joined until everybody had a frame, ms: of the edges' Node processes, of their workers, and of the viewers themselves. */
  cpuMs: { node: number; worker: number; audience: number };
}

/** The same crowd, before it counts: an edge in service is not one whose code has never run. */
const rehearsalId = 'rehearsal';
/** From one who joins it to the next: slow enough for code that has never run. */
const rehearsalMs = 15;
const meetingId = 'crowd';
const trackId = 'camera';
const windowMs = 500;

/** Timers of the worker and arrivals at the publisher are told in whole ms. */
const timingErrorMs = 5;

/** Processes that the viewers are in: one alone could not ask as fast as two cores answer. */
const processes = 2;
/** Until the first joins: they are told before. */
const startsInMs = 100;

const noCpu: EdgeCpu = { node: 0, worker: 0 };

/** No bus: routes are given by hand, and nobody listens to facts. */
const noBus = 'nats://127.0.0.1:9';

/**
 * An origin with a publisher of three simulcast streams, a relay and two leaves below it, each a process with a worker of its own.
 * `viewers` join on the relay and the leaves, evenly spread over `withinMs`.
 */
export async function joinAsCrowd(viewers: number, withinMs: number): Promise<CrowdResult> {
  await using stack = new AsyncDisposableStack();
  const ids = ['origin', 'relay', 'leaf-1', 'leaf-2'] as const;
  const ports = await freePorts(ids.length);
  const [origin, relay, ...leaves] = await inParallel(ids, ids.length, async (id, at) =>
    stack.use(await EdgeProcess.serving({ id, natsUrl: noBus, grpcPort: ports[at] ?? 0 })),
  );
  if (origin === undefined || relay === undefined) throw new Error('there are too few edges');
  const publishers = stack.use(new PublisherProcess(origin.address.linkAddress));
  const audiences = Array.from({ length: processes }, () => stack.use(new AudienceProcess()));
  await Promise.all(audiences.map(({ ready }) => ready));
  const edgeAddresses = [relay, ...leaves].map(({ address }) => address.linkAddress);
  const fill = async (id: string, overMs: number) => {
    await route(id, relay, origin);
    for (const leaf of leaves) await route(id, leaf, relay);
    await publishers.publish(id);
    const startsAt = Date.now() + startsInMs;
    const joinsAt = Array.from({ length: viewers }, (_, number) => ({
      number,
      at: startsAt + (number * overMs) / viewers,
    }));
    const seen = await inParallel(audiences, processes, (audience, part) => {
      const own = joinsAt.filter(({ number }) => Math.floor(number / edgeAddresses.length) % processes === part);
      return audience.play({ meetingId: id, trackId, edgeAddresses, joinsAt: own });
    });
    return { joined: seen.flat(), requests: await publishers.end(id) };
  };
  await fill(rehearsalId, viewers * rehearsalMs);
  const edges = [origin, relay, ...leaves];
  const audiencePids = audiences.map(({ pid }) => pid);
  const edgesBefore = edges.map(edgeCpu);
  const audienceBefore = cpuMs(audiencePids);
  const { joined, requests: all } = await fill(meetingId, withinMs);
  const used = edges.map((edge, at) => usedBetween(edgesBefore[at] ?? noCpu, edgeCpu(edge)));
  const audience = cpuMs(audiencePids) - audienceBefore;
  const askedAt = joined.map((one) => one.askedAt);
  const firstAskedAt = Math.min(...askedAt);
  const requests = all.filter(({ latest }) => latest >= firstAskedAt);
  const perStream = Map.groupBy(requests, ({ ssrc }) => ssrc);
  const mostOf = [...perStream.values()].map((log) => mostSurelyWithin(log, windowMs - timingErrorMs));
  return {
    viewers,
    askedWithinMs: Math.max(...askedAt) - firstAskedAt,
    firstFrameMs: joined
      .flatMap(({ askedAt, firstFrameAt }) => (firstFrameAt === undefined ? [] : firstFrameAt - askedAt))
      .sort((a, b) => a - b),
    withoutFrame: joined.filter(({ firstFrameAt }) => firstFrameAt === undefined).length,
    keyFrameRequests: { total: requests.length, mostPer500Ms: Math.max(0, ...mostOf) },
    cpuMs: { node: sumOf(used, 'node'), worker: sumOf(used, 'worker'), audience },
  };
}

function sumOf(used: readonly EdgeCpu[], part: keyof EdgeCpu): number {
  return used.reduce((sum, cpu) => sum + cpu[part], 0);
}

async function route(meetingId: string, edge: EdgeProcess, parent: EdgeProcess): Promise<void> {
  const routes = [{ originEdgeId: 'origin', parent: parent.address }];
  await edge.client.setRoutes({ table: { meetingId, epoch: 1, edgeId: edge.id, routes } });
}
