import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** What react-aria puts into pages, to the letter: how a finger on a button scrolls, and what holds a page still behind a dialog on an iPhone. */
const libraryStyles = [
  '@layer {\n  [data-react-aria-pressable] {\n    touch-action: pan-x pan-y pinch-zoom;\n  }\n}',
  '@layer {\n  * {\n    overscroll-behavior: contain;\n  }\n}',
];

interface Inline {
  scripts: readonly string[];
  styles: readonly string[];
}

/** The web app is served by us and loads nothing from elsewhere; previews and workers are blobs it makes itself. It measures round trips to edges. */
const contentSecurityPolicy = (edges: readonly string[], frames: readonly string[], { scripts, styles }: Inline) =>
  [
    "default-src 'self'",
    ["connect-src 'self'", ...edges].join(' '),
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    ["script-src 'self' 'wasm-unsafe-eval'", ...scripts].join(' '),
    ["style-src 'self'", ...styles].join(' '),
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frames.length === 0 ? "'none'" : frames.join(' ')}`,
  ].join('; ');

const libraryHashes = libraryStyles.map(hashOf);

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
    const inline = isPage && typeof payload === 'string' ? inlineIn(payload) : { scripts: [], styles: libraryHashes };
    const policy = contentSecurityPolicy(isPage ? edges() : [], frames, inline);
    reply.headers({
      ...headers,
      'content-security-policy': policy,
      'cross-origin-resource-policy': reply.getHeader('cross-origin-resource-policy') ?? 'same-origin',
      ...(frames.length === 0 && { 'x-frame-options': 'DENY' }),
    });
  });
}

/** Pages we make ourselves (files are streams): of scripts those in it, by their hashes (CSP Level 3 §2.3.1). The API reference styles itself as it goes; no text of people is on it. */
function inlineIn(page: string): Inline {
  const scripts = page.matchAll(/<script(?: type="[\w/-]+")?>([\s\S]*?)<\/script>/g);
  return { scripts: [...scripts].map(([, script = '']) => hashOf(script)), styles: ["'unsafe-inline'"] };
}

function hashOf(inline: string): string {
  return `'sha256-${createHash('sha256').update(inline).digest('base64')}'`;
}
