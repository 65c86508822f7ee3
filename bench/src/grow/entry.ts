import { setTimeout as delay } from 'node:timers/promises';
import { signalDefaults } from '@canopy/client/signal';
import type { DtlsParameters } from '@canopy/proto/media';
import type { ClientLocation, Joined, Reply } from '@canopy/proto/signal';
import { backoffMs } from '@canopy/runtime/backoff';
import { CanopyError } from '@canopy/runtime/errors';
import { passesSoon } from '../../../client/src/signal/recovery.ts';
import { capabilities } from './capabilities.ts';
import { SignalError, SignalSocket } from './signal-socket.ts';

export interface EntryOptions {
  url: string;
  token: string;
  /** As a proxy reports it. */
  address: string;
  location: ClientLocation;
}

/** A join that was answered, with the socket that the answer came over. */
export interface Entry {
  signal: SignalSocket;
  joined: Joined;
  /** When the socket began to open: ms of `performance.now()`. */
  startedAt: number;
  /** From then to the answer: ms. */
  joinMs: number;
}

/** As the SDK's `joinMeeting` tries again what passes by itself. */
const joinPatienceMs = 10_000;
/** For who is told when to come again, and would be told so for ever. */
const mostAttempts = 40;

/** Joins over a new socket. Rejects with a {@link SignalError}. */
export async function enter(
  { url, token, address, location }: EntryOptions,
  dtlsParameters: DtlsParameters,
): Promise<Entry> {
  const startedAt = performance.now();
  const signal = await SignalSocket.open(url, address);
  const { joined } = await answered(signal, {
    join: { token, rtpCapabilities: capabilities, dtlsParameters, rtts: [], location },
  });
  if (joined === undefined) throw new SignalError('MALFORMED_MESSAGE', new CanopyError('MALFORMED_MESSAGE'));
  return { signal, joined, startedAt, joinMs: performance.now() - startedAt };
}

/** {@link enter}, and again after what passes by itself; `failedAttempts`: what those before failed with. Rejects with a {@link SignalError} when trying again does not help. */
export async function enterPatiently(
  options: EntryOptions,
  dtlsParameters: DtlsParameters,
): Promise<Entry & { failedAttempts: readonly string[] }> {
  const giveUpAt = performance.now() + joinPatienceMs;
  const failedAttempts: string[] = [];
  for (;;) {
    try {
      return { ...(await enter(options, dtlsParameters)), failedAttempts };
    } catch (error) {
      const mayRetry = error instanceof SignalError && isWorthAnother(error, giveUpAt);
      if (!mayRetry || failedAttempts.length === mostAttempts) throw error;
      await pauseAfter(error, failedAttempts.length);
      failedAttempts.push(error.code);
    }
  }
}

/** The answer to the first word over a socket, which is closed where that fails. */
export async function answered(signal: SignalSocket, hello: Parameters<SignalSocket['ask']>[0]): Promise<Reply> {
  try {
    return await signal.ask(hello);
  } catch (error) {
    signal.close();
    throw error;
  }
}

/** As long as the server says, else longer from attempt to attempt, the first being 0. */
export function pauseAfter(error: SignalError | undefined, attempt: number): Promise<void> {
  return delay(error?.reason.retryAfterMs ?? backoffMs(attempt, signalDefaults.backoff, Math.random()));
}

/** Patience is for those who are told nothing: who is told when to come again has a turn. */
function isWorthAnother({ reason }: SignalError, giveUpAt: number): boolean {
  return passesSoon(reason.code) && (reason.retryAfterMs !== undefined || performance.now() < giveUpAt);
}
