import { setTimeout as delay } from 'node:timers/promises';
import { CanopyError } from '@canopy/client';
import type { HeadlessParticipant } from '@canopy/local-mesh/testing/headless-participant';
import type { House } from './house.ts';

const againAfterMs = 50;
const mostAttempts = 100;

/** Begins to join after a while, and goes on trying as long as the error says so. */
export async function joinDespite(
  house: House,
  token: string,
  afterMs: number,
): Promise<{ participant: HeadlessParticipant; answeredAt: number }> {
  await delay(afterMs);
  for (let attempt = 1; ; attempt++) {
    try {
      const participant = await house.join(token);
      return { participant, answeredAt: performance.now() };
    } catch (error) {
      if (!CanopyError.from(error).retryable || attempt === mostAttempts) throw error;
      await delay(againAfterMs);
    }
  }
}
