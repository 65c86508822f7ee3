import type { ClientMessage, Reply } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { requireUnderstood } from '@canopy/runtime/protocol';
import { z } from 'zod';
import type { ClientOrigin } from '../app/edges/placing.ts';
import type { Visitor } from '../app/entry/lobby.ts';
import type { Member } from '../app/events/room-member.ts';
import type { Connected } from '../app/session/connected.ts';
import type { SignalUseCases } from './signal-use-cases.ts';

export type MessageName = Exclude<keyof ClientMessage, 'id'>;
export type Result = Omit<Reply, 'id'>;

/** A connection before it has joined. */
export interface Newcomer {
  connectionId: string;
  /** Its address, and the place it names if clients are believed. */
  address: string;
  believed: boolean;
  member: Member;
  visitor: Visitor;
}

/** A message that makes a connection somebody's: join or resume. */
export interface HelloMessage {
  handle(
    payload: unknown,
    newcomer: Newcomer,
    useCases: SignalUseCases,
  ): Promise<{ connected: Connected; result: Result }>;
}

/** A message of somebody who has joined. */
export interface SessionMessage {
  handle(payload: unknown, connected: Connected, useCases: SignalUseCases): Promise<Result>;
}

/** Parses the payload and hands it on; malformed payloads never get further. */
export function sessionMessage<Schema extends z.ZodType>(
  schema: Schema,
  handle: (payload: z.output<Schema>, connected: Connected, useCases: SignalUseCases) => Promise<Result>,
): SessionMessage {
  return { handle: async (payload, connected, useCases) => handle(parse(schema, payload), connected, useCases) };
}

/** What a client says of the version it speaks. */
export const protocol = z.number().int().min(1).max(0xffff).optional();

/** The same for a hello, whose client is refused first of all if it is not understood. Errors: PROTOCOL_MISMATCH. */
export function helloMessage<Schema extends z.ZodType<{ protocol?: number | undefined }>>(
  schema: Schema,
  handle: (
    payload: z.output<Schema>,
    newcomer: Newcomer,
    useCases: SignalUseCases,
  ) => Promise<{ connected: Connected; result: Result }>,
): HelloMessage {
  return {
    handle: async (payload, newcomer, useCases) => {
      const hello = parse(schema, payload);
      requireUnderstood(hello.protocol);
      return handle(hello, newcomer, useCases);
    },
  };
}

export function originOf(
  { address, believed }: Newcomer,
  given: Pick<ClientOrigin, 'location' | 'rttMs'>,
): ClientOrigin {
  return { address, location: believed ? given.location : undefined, ...(given.rttMs && { rttMs: given.rttMs }) };
}

const mediaFields = new Set(['rtpParameters', 'rtpCapabilities', 'dtlsParameters']);

function parse<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const media = issue !== undefined && mediaFields.has(String(issue.path[0]));
  const detail = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  throw new CanopyError(media ? 'INVALID_MEDIA_PARAMETERS' : 'MALFORMED_MESSAGE', detail.slice(0, 300));
}
