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
    if (!response.ok) throw await errorIn(response);
    if (response.status === 204) return undefined as T;
    return (await response.json().catch((cause: unknown) => {
      throw new CanopyError('MALFORMED_MESSAGE', 'What answers there is not Canopy.', { cause });
    })) as T;
  };
}

async function errorIn(response: Response): Promise<CanopyError> {
  const fallback = response.status >= 500 ? 'STATE_UNAVAILABLE' : response.status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST';
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string; retryable: boolean } };
    return fromWireError(error);
  } catch {
    return new CanopyError(fallback, `A proxy in between, or another server, answered with ${response.status}.`);
  }
}
