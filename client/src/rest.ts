import { CanopyError } from '@canopy/runtime/errors';
import { connectionLost, fromWireError } from './signal/wire-error.ts';

export interface ApiOptions {
  /** The control plane, such as `https://meet.example.org`. */
  url: string;
  /** `<id>.<secret>`: never in a browser, and not needed against a server with open access. Or a join token, or what a link carries (`MeetingLink.token`). */
  apiKey?: string;
}

/** One REST call; rejects with a `CanopyError`: the server's, or a retryable one when it can't be reached. */
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
    if (!response.ok) throw errorIn(response.status, text);
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

function errorIn(status: number, text: string): CanopyError {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string; retryable: boolean } };
    return fromWireError(error);
  } catch {
    const code = status >= 500 ? 'STATE_UNAVAILABLE' : status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST';
    return new CanopyError(code, `A proxy in between, or another server, answered with ${status}.`);
  }
}
