import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/**
 * The web app is served by us and loads nothing from elsewhere; previews and workers are blobs it makes itself. It measures round trips to edges.
 * Styles may stand in pages: react-aria puts one into each (how a finger on a button scrolls), and the API reference its
 * own. They can fetch nothing but from us, and no text of people becomes HTML that could hold one.
 */
const contentSecurityPolicy = (edges: readonly string[], frames: readonly string[], scripts: readonly string[]) =>
  [
    "default-src 'self'",
    ["connect-src 'self'", ...edges].join(' '),
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    ["script-src 'self' 'wasm-unsafe-eval'", ...scripts].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frames.length === 0 ? "'none'" : frames.join(' ')}`,
  ].join('; ');

const headers = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self), geolocation=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

interface Origins {
  /** Where pages may connect to besides. */
  edges: () => readonly string[];
  /** Whose pages may show ours in a frame. */
  frames: readonly string[];
}

/** OWASP Secure Headers Project, for an app that uses camera and microphone. */
export function addSecurityHeaders(app: FastifyInstance, { edges, frames: allowed }: Origins): void {
  const frames = allowed.map((url) => new URL(url).origin);
  app.addHook('onSend', async (_request, reply, payload) => {
    const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
    const scripts = isPage && typeof payload === 'string' ? inlineScripts(payload) : [];
    const policy = contentSecurityPolicy(isPage ? edges() : [], frames, scripts);
    reply.headers({
      ...headers,
      'content-security-policy': policy,
      'cross-origin-resource-policy': reply.getHeader('cross-origin-resource-policy') ?? 'same-origin',
      ...(frames.length === 0 && { 'x-frame-options': 'DENY' }),
    });
  });
}

/** Scripts in pages we make ourselves (files are streams), by their hashes (CSP Level 3 §2.3.1): nothing else runs there. */
function inlineScripts(page: string): string[] {
  return [...page.matchAll(/<script(?: type="[\w/-]+")?>([\s\S]*?)<\/script>/g)].map(([, script = '']) => {
    return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  });
}
