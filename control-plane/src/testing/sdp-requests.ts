import type { ControlPlane } from '../context.ts';

/** What is sent by WHIP or WHEP. */
export interface SdpRequest {
  token?: string;
  body?: string;
  headers?: Record<string, string>;
}

export async function sdpRequest(
  at: ControlPlane,
  method: string,
  path: string,
  { token, body, headers = {} }: SdpRequest = {},
) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`http://${at.httpAddress}${path}`, {
    method,
    headers: { ...authorization, ...headers },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const code: unknown = text.startsWith('{') ? JSON.parse(text).error?.code : undefined;
  return { status: response.status, headers: response.headers, text, code };
}

export const offered = (token: string, body: string): SdpRequest => ({
  token,
  body,
  headers: { 'content-type': 'application/sdp' },
});

/** ICE credentials as a client sends them to restart. */
export const fragmentWith = (usernameFragment: string) =>
  `a=ice-ufrag:${usernameFragment}\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n`;
