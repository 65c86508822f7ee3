import type { RecordRequest, RecordResponse } from '@canopy/proto/edge_media';
import { CanopyError } from '@canopy/runtime/errors';
import { z } from 'zod';
import type { Edge } from '../../app/edge.ts';
import { checkTargets } from '../../core/media/track-targets.ts';
import { checkIds } from '../identifiers.ts';

export async function record(edge: Edge, request: RecordRequest): Promise<RecordResponse> {
  const { meetingId, recordingId, targets, routes, forMs } = request;
  checkIds(meetingId);
  // It names a folder.
  if (!z.uuid().safeParse(recordingId).success) throw new CanopyError('BAD_REQUEST');
  const wanted = checkTargets(targets);
  return { parts: await edge.recordings.record({ meetingId, recordingId, targets: wanted, routes, forMs }) };
}
