import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { protocolVersion, versionOf } from '@canopy/runtime/protocol';
import type { EdgeBus } from './bus.ts';
import type { EdgeDirectory } from './edge-directory.ts';
import type { EdgeMedia } from './edge-media.ts';

const lookEveryMs = 250;

/**
 * Tells the directory what other replicas reserved, and asks an edge that fell silent whether it is still there: an edge that
 * lost only the bus must not lose its participants too. Returns what ends it.
 */
export function watchEdges(
  bus: Pick<EdgeBus, 'onReservation' | 'hearing'>,
  directory: EdgeDirectory,
  media: Pick<EdgeMedia, 'probe' | 'forget'>,
  replicaId: string,
  clock: Clock,
  logger: Logger,
): () => void {
  bus.onReservation((reservation) => {
    if (reservation.replicaId !== replicaId) directory.reservedElsewhere(reservation);
  });
  const asking = new Set<string>();
  const ask = async (edgeId: string) => {
    if (asking.has(edgeId)) return;
    asking.add(edgeId);
    try {
      await media.probe(edgeId);
    } catch (error) {
      logger.warn({ err: error, edgeId }, 'a silent edge does not answer');
      directory.declareDead(edgeId);
    } finally {
      asking.delete(edgeId);
    }
  };
  const stopListening = directory.changes.on('change', (change) => {
    logger.info({ ...change }, 'edge changed');
    const region = directory.get(change.edgeId)?.heartbeat.region ?? '';
    if (change.kind === 'appeared' && directory.location(region) === undefined)
      logger.warn({ edgeId: change.edgeId, region }, 'nobody is placed on an edge of an unknown region');
    if (change.kind === 'foreign') {
      const protocol = versionOf(directory.get(change.edgeId)?.heartbeat.protocol);
      const { code } = new CanopyError('PROTOCOL_MISMATCH');
      logger.error(
        { code, edgeId: change.edgeId, protocol, own: protocolVersion },
        'an edge of another version is left alone',
      );
    }
    // A channel from before would wait out its back-off, or TCP's, before it tries again.
    if (change.kind === 'died' || change.kind === 'rebooted' || change.kind === 'recovered')
      media.forget(change.edgeId);
  });
  const stopLooking = clock.every(lookEveryMs, () => {
    directory.findSilent(bus.hearing());
    directory.forgetGone();
    if (!bus.hearing().connected) return;
    for (const { heartbeat, status } of directory.list()) {
      if (status === 'silent') void ask(heartbeat.edgeId);
    }
  });
  return () => {
    stopListening();
    stopLooking();
  };
}
