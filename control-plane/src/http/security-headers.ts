import type { FastifyInstance } from 'fastify';

/** The web app is served by us and loads nothing from elsewhere; previews and workers are blobs it makes itself. It measures round trips to edges. */
const contentSecurityPolicy = (edgeOrigins: readonly string[]) =>
  [
    "default-src 'self'",
    ["connect-src 'self'", ...edgeOrigins].join(' '),
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

const headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self), geolocation=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** OWASP Secure Headers Project, for an app that uses camera and microphone. `edgeOrigins`: where its pages may connect to besides. */
export function addSecurityHeaders(app: FastifyInstance, edgeOrigins: () => readonly string[]): void {
  app.addHook('onSend', async (_request, reply) => {
    const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
    reply.headers({ ...headers, 'content-security-policy': contentSecurityPolicy(isPage ? edgeOrigins() : []) });
  });
}
