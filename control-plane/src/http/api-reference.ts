import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';

/** `/docs`: the API for people to read, made from its description. All of it is served by us. */
export async function serveApiReference(app: FastifyInstance): Promise<void> {
  await app.register(async (docs) => {
    docs.addHook('onSend', async (_request, reply, page) =>
      typeof page === 'string' && isPage(reply.getHeader('content-type')) ? withLanguageAndIcon(page) : page,
    );
    await docs.register(scalar, {
      routePrefix: '/docs',
      configuration: {
        url: '/v1/openapi.json',
        title: 'Canopy API',
        withDefaultFonts: false,
        telemetry: false,
        agent: { disabled: true },
        mcp: { disabled: true },
        hideClientButton: true,
        showDeveloperTools: 'never',
      },
    });
  });
}

function isPage(type: unknown): boolean {
  return String(type).startsWith('text/html');
}

/** The library can say neither before its script runs. */
function withLanguageAndIcon(page: string): string {
  return page
    .replace('<html>', '<html lang="en">')
    .replace('<head>', '<head>\n    <link rel="icon" href="/icon.svg" type="image/svg+xml" />');
}
