import type { Error as WireError } from '@canopy/proto/signal';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { connectionLost, fromWireError } from './signal/wire-error.ts';

export interface ApiOptions {
  /** The control plane, such as `https://meet.example.org`. */
  url: string;
  /** `<id>.<secret>`: never in a browser, and not needed against a server with open access. Or a join token, or what a link carries (`MeetingLink.token`). */
  apiKey?: string;
}

/** One REST call; rejects with a `CanopyError`: the server's, with `retryAfterMs` where it says when to come again, or a retryable one when it can't be reached. */
export type Call = <T>(method: string, path: string, body?: object) => Promise<T>;

export function restCalls({ url, apiKey }: ApiOptions): Call {
  return async <T>(method: string, path: string, body?: object) => {
    const headers = new Headers();
    if (apiKey !== undefined) headers.set('authorization', `Bearer ${apiKey}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(10_000) };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await fetch(new URL(path, url), init).catch((cause: unknown) => {
      throw connectionLost(cause);
    });
    const text = await response.text().catch((cause: unknown) => {
      throw connectionLost(cause);
    });
    if (!response.ok) throw errorIn(response, text);
    return (response.status === 204 ? undefined : answerIn(text)) as T;
  };
}

function answerIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CanopyError('MALFORMED_MESSAGE', 'What answers there is not Canopy.', { cause });
  }
}

function errorIn({ status, headers }: Response, text: string): CanopyError {
  const retryAfterMs = afterMs(headers.get('retry-after'));
  const error = wireErrorIn(text);
  if (error !== undefined) return fromWireError({ ...error, retryAfterMs });
  return new CanopyError(codeOf(status), `A proxy in between, or another server, answered with ${status}.`, {
    retryAfterMs,
  });
}

function codeOf(status: number): ErrorCode {
  if (status >= 500) return 'STATE_UNAVAILABLE';
  if (status === 429) return 'RATE_LIMITED';
  return status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST';
}

/** Undefined: what answered is not Canopy. */
function wireErrorIn(text: string): WireError | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: Partial<WireError> | string };
    if (typeof error !== 'object' || typeof error.code !== 'string') return undefined;
    const { code, message = '', retryable = false } = error;
    return { code, message, retryable };
  } catch {
    return undefined;
  }
}

/** Of a `Retry-After` in seconds, as Canopy gives it (RFC 9110 §10.2.3). */
function afterMs(header: string | null): number | undefined {
  return header !== null && /^\d+$/.test(header) ? Number(header) * 1_000 : undefined;
}
