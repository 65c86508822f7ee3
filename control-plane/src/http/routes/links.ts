import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { MeetingLink } from '../../app/meetings/links.ts';
import { roleNames } from '../../core/meeting/roles.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';
import { publicOrigin } from '../sessions.ts';

const links = z.object({
  links: z.array(
    z.object({
      role: z.enum(roleNames).describe('What the link makes of whoever has it'),
      url: z.url().describe('Opens the meeting in a browser'),
      token: z.string().describe('What the link carries: a bearer with which a join token of that role is made'),
    }),
  ),
});

const description = `Also for hosts with their join token, and for cohosts, who get no link that makes a host or cohost.
The token may also be made without this call: a JWT as join tokens are, with header \`typ\`: "canopy-invitation" and claims
\`aud\`: "canopy:invitation", \`meeting\`, \`role\` and \`revision\`: how often the links were taken back.`;

/** Links to a meeting, by role. */
export const meetingLinks: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const described = { tags: ['meetings'], security: bearer, params: meetingParams };
  const response = { 200: links, ...errorResponses };
  app.get(
    '/v1/meetings/:id/links',
    { schema: { summary: 'Links to a meeting, by role', description, ...described, response } },
    async (request) => {
      const given = await deps.links.list(await principalOf(deps, request), request.params.id);
      return toBody(given, request.params.id, publicOrigin(request, deps.publicUrl));
    },
  );
  app.post(
    '/v1/meetings/:id/links/revoke',
    {
      schema: {
        summary: 'Takes back all links to a meeting',
        description: 'Who came in by one stays; new ones are made. For hosts also with their join token.',
        ...described,
        response,
      },
    },
    async (request) => {
      const given = await deps.links.revoke(await principalOf(deps, request), request.params.id);
      return toBody(given, request.params.id, publicOrigin(request, deps.publicUrl));
    },
  );
  done();
};

/** A token stands behind `#`, so that no server's log ever holds it. */
function toBody(given: readonly MeetingLink[], meetingId: string, origin: string): z.output<typeof links> {
  return { links: given.map((link) => ({ ...link, url: `${origin}/m/${meetingId}#invitation=${link.token}` })) };
}
