import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

const text = `Meetings on a mesh of edges. Joining goes over the WebSocket \`/v1/signal\`, described by signal.proto; the SDK speaks it.

Times are ISO 8601, ids are UUIDs unless it is said otherwise. Requests are limited by address, and by key, user or participant:
who asks too much is told \`429 RATE_LIMITED\` and in \`Retry-After\` how many seconds to wait. Every error is an \`Error\` with a
code. Where a body or a query is described, a field that is not is refused. Creating twice creates two; ending and cancelling
twice is doing it once. What was deleted is gone: who deletes it again may be told that it is not found.`;

/** What each group of operations is for, in the order in which they are shown. */
const tags = {
  meetings: 'Meetings, tokens to join them, links, and who is there',
  schedules: 'Planned meetings, once or as a series',
  registrations: 'Who registered for webinars',
  recordings: 'What is recorded, and the file that is made of it',
  webhooks: 'Addresses that are told what happens',
  moderation: 'Order in a meeting, for hosts and cohosts',
  lobby: 'Who waits at the door',
  breakouts: 'Breakout rooms',
  chat: 'What is written in a meeting',
  questions: 'Questions to the stage',
  polls: 'Polls',
  reactions: 'Raised hands and emojis',
  whip: 'Publishing by WHIP',
  whep: 'Playing by WHEP',
  accounts: 'People who sign in, in browsers',
  placement: 'Who is put on which edge, and why',
  mesh: 'Edges, links and plans',
  operators: 'Health, API keys and the audit log',
};

/** How the API describes itself at `/v1/openapi.json`. */
export const description: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Canopy', version: '1', description: text },
    tags: Object.entries(tags).map(([name, what]) => ({ name, description: what })),
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: '`<API key id>.<secret>`, or, where a route says so, a join token of the meeting.',
        },
      },
    },
  },
  transform: jsonSchemaTransform,
  transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
};

type Transformed = ReturnType<typeof jsonSchemaTransformObject>;

/** Each named schema is described as it is sent and as it is answered; most are only one of these. */
function withoutUnused(document: Transformed): Transformed {
  const schemas = ('components' in document && document.components?.schemas) || {};
  const whole = JSON.stringify(document);
  const unused = Object.keys(schemas).filter((name) => !whole.includes(`"#/components/schemas/${name}"`));
  for (const name of unused) Reflect.deleteProperty(schemas, name);
  return document;
}
