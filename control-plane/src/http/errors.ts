import { CanopyError, type ErrorCode, errorClass } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** Every error leaves as `{ error: { code, message, retryable } }`; a 500 tells nothing. */
export function handleErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = toCanopyError(error, request.routeOptions.url);
    if (known.code === 'INTERNAL') {
      logger.error({ err: error, method: request.method, url: request.routeOptions.url }, 'a request failed');
    }
    return send(reply, known);
  });
}

/** For what never comes to a handler: an address that can't be decoded. */
export function answerError(reply: FastifyReply, error: FastifyError): FastifyReply {
  return send(reply, toCanopyError(error));
}

export function send(
  reply: FastifyReply,
  { code, message, retryable, retryAfterMs = 1_000 }: CanopyError,
): FastifyReply {
  if (retryable) reply.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  return reply.code(errorClass(code).http).send({ error: { code, message, retryable } });
}

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  404: 'NOT_FOUND',
  413: 'MESSAGE_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** What is not there when an id in an address is malformed: the same as when it is of nothing. */
const codeOfParam: Readonly<Record<string, ErrorCode>> = {
  participantId: 'PARTICIPANT_NOT_FOUND',
  messageId: 'MESSAGE_NOT_FOUND',
  questionId: 'QUESTION_NOT_FOUND',
  pollId: 'POLL_NOT_FOUND',
  rid: 'RECORDING_NOT_FOUND',
};

function toCanopyError(error: FastifyError, route = ''): CanopyError {
  if (error instanceof CanopyError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [issue] = error.validation;
    const path = issue?.instancePath.slice(1).replaceAll('/', '.') ?? '';
    if (error.validationContext === 'params') {
      const ofMeeting = path === 'id' && /^\/v1\/(meetings|whip|whep)\//.test(route);
      return new CanopyError(ofMeeting ? 'MEETING_NOT_FOUND' : (codeOfParam[path] ?? 'NOT_FOUND'));
    }
    const where = [error.validationContext, path].filter(Boolean).join('.');
    return new CanopyError('BAD_REQUEST', `${where}: ${issue?.message ?? 'invalid'}`.slice(0, 300));
  }
  const status = error.statusCode ?? 500;
  // Bodies that can't be read: what is wrong with them is Fastify's to say.
  if (status === 400) return new CanopyError('BAD_REQUEST', error.message.slice(0, 300));
  if (status > 400 && status < 500) return new CanopyError(codeOfStatus[status] ?? 'BAD_REQUEST');
  return new CanopyError('INTERNAL', undefined, { cause: error });
}
