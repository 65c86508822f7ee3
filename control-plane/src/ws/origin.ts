import type { IncomingMessage } from 'node:http';

/** Whether a page may open a socket: those of `allowed`, or where none are named the server's own. Who is no browser sends no Origin. */
export function originCheck(allowed: readonly string[]): (request: IncomingMessage) => boolean {
  const origins = new Set(allowed.map((url) => new URL(url).origin));
  return ({ headers }) => {
    const { origin, host } = headers;
    if (origin === undefined) return true;
    if (!URL.canParse(origin)) return false;
    return origins.size > 0 ? origins.has(new URL(origin).origin) : new URL(origin).host === host;
  };
}
