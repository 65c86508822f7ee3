import type { RoleName } from '../core/meeting/roles.ts';

export const testApiKey = { id: 'test', secret: 'a-secret-for-the-tests-only' };

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

const apiKeyHeader = `Bearer ${testApiKey.id}.${testApiKey.secret}`;

/** One REST call with the tests' API key, or with `authorization`; null: without any. */
export async function call(
  httpAddress: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  authorization: string | null = apiKeyHeader,
): Promise<Answer> {
  const response = await fetch(`http://${httpAddress}${path}`, {
    method,
    headers: {
      ...(authorization === null ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith('{') ? JSON.parse(text) : { text },
  };
}

export async function newMeeting(httpAddress: string, request: object = {}): Promise<string> {
  const { status, body } = await call(httpAddress, 'POST', '/v1/meetings', request);
  if (status !== 201) throw new Error(`no meeting: ${status} ${JSON.stringify(body)}`);
  return String(body.id);
}

export async function newToken(
  httpAddress: string,
  meetingId: string,
  name = 'Ada',
  role: RoleName = 'host',
): Promise<{ token: string; participantId: string }> {
  const { status, body } = await call(httpAddress, 'POST', `/v1/meetings/${meetingId}/tokens`, { name, role });
  if (status !== 201) throw new Error(`no token: ${status} ${JSON.stringify(body)}`);
  return { token: String(body.token), participantId: String(body.participantId) };
}

export function codeOf({ body }: Answer): unknown {
  const { error } = body;
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
