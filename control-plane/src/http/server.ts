import { maxHeaderSize } from 'node:http';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import fastifyCookie from '@fastify/cookie';
import fastifySwagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { measuringUrl } from '../core/edges/edge-record.ts';
import { serveApiReference } from './api-reference.ts';
import { allowOrigins } from './cross-origin.ts';
import { description } from './description.ts';
import { answerError, handleErrors } from './errors.ts';
import type { HttpDeps } from './http-deps.ts';
import { limitRequests } from './request-limits.ts';
import { account } from './routes/account.ts';
import { assignBreakouts } from './routes/assign-breakouts.ts';
import { auditLog } from './routes/audit-log.ts';
import { bans } from './routes/bans.ts';
import { broadcastToBreakouts } from './routes/broadcast-to-breakouts.ts';
import { changeBreakouts } from './routes/change-breakouts.ts';
import { changeMeeting } from './routes/change-meeting.ts';
import { changeParticipant } from './routes/change-participant.ts';
import { changeRules } from './routes/change-rules.ts';
import { chooseBreakout } from './routes/choose-breakout.ts';
import { chooseEdge } from './routes/choose-edge.ts';
import { closeBreakouts } from './routes/close-breakouts.ts';
import { createBreakouts } from './routes/create-breakouts.ts';
import { createMeeting } from './routes/create-meeting.ts';
import { drainEdge } from './routes/drain-edge.ts';
import { endMeeting } from './routes/end-meeting.ts';
import { explainPlacement } from './routes/explain-placement.ts';
import { explainPlan } from './routes/explain-plan.ts';
import { foreseePlacement } from './routes/foresee-placement.ts';
import { getBreakouts } from './routes/get-breakouts.ts';
import { getConfig } from './routes/get-config.ts';
import { getHealth } from './routes/get-health.ts';
import { getMeeting } from './routes/get-meeting.ts';
import { getMesh } from './routes/get-mesh.ts';
import { keys } from './routes/keys.ts';
import { meetingLinks } from './routes/links.ts';
import { listAttendees } from './routes/list-attendees.ts';
import { listMeetings } from './routes/list-meetings.ts';
import { listParticipants } from './routes/list-participants.ts';
import { lobby } from './routes/lobby.ts';
import { meshEvents } from './routes/mesh-events.ts';
import { messages } from './routes/messages.ts';
import { mintToken } from './routes/mint-token.ts';
import { moderate } from './routes/moderate.ts';
import { occurrences } from './routes/occurrences.ts';
import { oidc } from './routes/oidc.ts';
import { operations } from './routes/operations.ts';
import { passwordResets } from './routes/password-resets.ts';
import { personalRoom } from './routes/personal-room.ts';
import { pollRoutes } from './routes/polls.ts';
import { prometheusTargets } from './routes/prometheus-targets.ts';
import { questionRoutes } from './routes/questions.ts';
import { reactions } from './routes/reactions.ts';
import { recordingFile } from './routes/recording-file.ts';
import {
  changeRecording,
  deleteRecording,
  getRecording,
  listOwnRecordings,
  listRecordings,
  startRecording,
} from './routes/recordings.ts';
import { registrations } from './routes/registrations.ts';
import { scheduleInvitation } from './routes/schedule-invitation.ts';
import { schedules } from './routes/schedules.ts';
import { shortlistEdges } from './routes/shortlist-edges.ts';
import { spotlight } from './routes/spotlight.ts';
import { visitMeeting } from './routes/visit-meeting.ts';
import { warmMeeting } from './routes/warm-meeting.ts';
import { webhooks } from './routes/webhooks.ts';
import { whep } from './routes/whep.ts';
import { whip } from './routes/whip.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { requireOwnOrigin } from './sessions.ts';
import { refuseUnknownFields } from './unknown-fields.ts';
import { serveWebApp } from './web-app.ts';

export interface HttpServerOptions {
  trustedProxies: readonly string[];
  /** Whose pages may use the API, and show the web app in a frame; the server's own need not be among them. */
  allowedOrigins: readonly string[];
  webRoot: string | undefined;
}

const routes = [
  createMeeting,
  listMeetings,
  listParticipants,
  getMeeting,
  changeMeeting,
  changeParticipant,
  mintToken,
  meetingLinks,
  endMeeting,
  moderate,
  bans,
  spotlight,
  changeRules,
  lobby,
  warmMeeting,
  chooseEdge,
  shortlistEdges,
  explainPlacement,
  explainPlan,
  foreseePlacement,
  listAttendees,
  startRecording,
  listRecordings,
  listOwnRecordings,
  getRecording,
  changeRecording,
  deleteRecording,
  recordingFile,
  messages,
  reactions,
  questionRoutes,
  pollRoutes,
  assignBreakouts,
  broadcastToBreakouts,
  changeBreakouts,
  chooseBreakout,
  closeBreakouts,
  createBreakouts,
  getBreakouts,
  getMesh,
  getHealth,
  meshEvents,
  drainEdge,
  prometheusTargets,
  getConfig,
  whip,
  whep,
  visitMeeting,
  schedules,
  occurrences,
  scheduleInvitation,
  registrations,
  account,
  oidc,
  passwordResets,
  personalRoom,
  webhooks,
  keys,
  auditLog,
] as const;

/** A connection on which nothing goes on while it is answered is closed. */
const idleTimeoutMs = 30_000;

/** REST, its description, and the web app. Not listening yet. */
export async function createHttpServer(
  deps: HttpDeps,
  options: HttpServerOptions,
  logger: Logger,
): Promise<FastifyInstance> {
  const app = Fastify({
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    bodyLimit: 64 * 1024,
    requestTimeout: 10_000,
    // How often those that are over their time are looked for; by default every 30 s.
    http: { connectionsCheckingInterval: 1_000 },
    // As long as an address can be: schemas say of an id that is too long what they say of any that is malformed.
    routerOptions: { maxParamLength: maxHeaderSize },
    frameworkErrors: (error, _request, reply) => void answerError(reply, error),
    forceCloseConnections: true,
  });
  // Once it has asked for something. On every connection, sockets of signaling would keep a timer each.
  app.addHook('onRequest', async ({ raw }) => {
    raw.setTimeout(idleTimeoutMs);
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // Bodies are JSON, or what a route says: text is refused as what it is, not as JSON of another shape. Browsers call no body at all text.
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, parsed) =>
    parsed(body === '' ? null : new CanopyError('UNSUPPORTED_MEDIA_TYPE')),
  );
  refuseUnknownFields(app);
  handleErrors(app, logger);
  addSecurityHeaders(app, { edges: () => edgeOrigins(deps), frames: options.allowedOrigins });
  allowOrigins(app, options.allowedOrigins);
  limitRequests(app, deps);
  await app.register(fastifyCookie);
  requireOwnOrigin(app, deps.publicUrl);
  await app.register(fastifySwagger, description);
  for (const route of routes) await app.register(route, deps);
  await app.register(operations, deps);
  app.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await serveApiReference(app);
  await serveWebApp(app, options.webRoot);
  await app.ready();
  return app;
}

/** A header has its limits; in a mesh that large the first ones do for measuring. */
const mostEdgeOrigins = 64;

function edgeOrigins({ edges }: Pick<HttpDeps, 'edges'>): string[] {
  const urls = edges.list().flatMap(({ heartbeat }) => measuringUrl(heartbeat) ?? []);
  return urls.slice(0, mostEdgeOrigins).map((url) => new URL(url).origin);
}
