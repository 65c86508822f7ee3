import type { RequestListener } from 'node:http';
import type { Logger } from '@canopy/runtime/logger';
import { AddressLimits } from './address-limits.ts';
import { type ListenOptions, type RunningHttpServer, serve } from './serve.ts';

// A thousand people of one office have one address, and each asks a few times when they come in.
const perAddress = { ratePerSecond: 200, burst: 5_000 };

// Each has one, and keeps it for some seconds.
const connections = { total: 4_000, perAddress: 1_000 };

const tellEveryMs = 60_000;

interface MeasuringOptions extends ListenOptions {
  logger: Logger;
}

/** Answers every GET of `/ping` with nothing, for browsers that measure their round trip. It is open to everybody, so it knows nothing else. */
export function startMeasuringServer(
  options: MeasuringOptions,
  limit = perAddress,
  heldAtOnce = connections,
): Promise<RunningHttpServer> {
  const limits = new AddressLimits(limit);
  const answer: RequestListener = (request, response) => {
    const measures = request.method === 'GET' && request.url?.split('?')[0] === measuringPath;
    const admitted = limits.admits(request.socket.remoteAddress ?? '', performance.now());
    response.statusCode = admitted ? (measures ? 204 : 404) : 429;
    response.setHeader('cache-control', 'no-store');
    response.end();
  };
  return serve(options, answer, { ...heldAtOnce, onRefused: tellOfRefused(options.logger) });
}

/** Called for each connection that is refused: tells how many were since the last time, at most once a minute. */
function tellOfRefused(logger: Logger): () => void {
  let [refused, notBefore] = [0, 0];
  return () => {
    refused++;
    const now = performance.now();
    if (now < notBefore) return;
    logger.warn({ refused }, 'too many connections to measure over');
    [refused, notBefore] = [0, now + tellEveryMs];
  };
}

export const measuringPath = '/ping';
