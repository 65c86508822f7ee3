import { expect } from 'vitest';
import { meetingKeys } from '../adapters/redis/keys.ts';
import type { TestMesh } from './mesh.ts';

/** Waits until the presence of somebody in the meeting was renewed once more. */
export async function untilRenewed(mesh: TestMesh, meetingId: string, participantId: string): Promise<void> {
  const redis = mesh.redis();
  const { deadlines } = meetingKeys(mesh.config.namespace, meetingId);
  const before = Number(await redis.zscore(deadlines, participantId));
  await expect.poll(async () => Number(await redis.zscore(deadlines, participantId))).toBeGreaterThan(before);
}
