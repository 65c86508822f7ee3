import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { MessageName } from './message.ts';
import { helloMessages, sessionMessages } from './messages/index.ts';

export type Frame =
  | { kind: 'message'; id: number; name: MessageName; payload: unknown }
  | { kind: 'malformed'; id: number; because: string }
  | { kind: 'too-large' };

const names = [...Object.keys(helloMessages), ...Object.keys(sessionMessages)];
const envelope = z.looseObject({ id: z.number().int().min(0).max(0xffff_ffff).default(0) });

/** What a frame says: the id of its message and the one thing it asks. */
export function readFrame(data: WebSocket.RawData, isBinary: boolean, maxBytes: number): Frame {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data;
  if (bytes.length > maxBytes) return { kind: 'too-large' };
  if (isBinary) return { kind: 'malformed', id: 0, because: 'Frames are text.' };
  const parsed = envelope.safeParse(parseJson(bytes.toString('utf8')));
  if (!parsed.success) return { kind: 'malformed', id: 0, because: 'The frame is not a message.' };
  const { id } = parsed.data;
  const given = names.filter(
    (name): name is MessageName => Object.hasOwn(parsed.data, name) && parsed.data[name] !== null,
  );
  const [name] = given;
  if (name === undefined || given.length > 1) {
    return { kind: 'malformed', id, because: 'A message asks exactly one thing.' };
  }
  return { kind: 'message', id, name, payload: parsed.data[name] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
