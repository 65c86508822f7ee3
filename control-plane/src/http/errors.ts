import { CanopyError, type ErrorCode, errorClass } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** Every error leaves as `{ error: { code, message, retryable } }`; a 500 tells nothing. */
export function handleErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = toCanopyError(error);
    if (known.code === 'INTERNAL') {
      logger.error({ err: error, method: request.method, url: request.routeOptions.url }, 'a request failed');
    }
    return send(reply, known);
  });
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

function toCanopyError(error: FastifyError): CanopyError {
  if (error instanceof CanopyError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [issue] = error.validation;
    if (error.validationContext === 'params') return new CanopyError('MEETING_NOT_FOUND');
    const where = issue?.instancePath.slice(1).replaceAll('/', '.') ?? '';
    return new CanopyError('BAD_REQUEST', `${where}: ${issue?.message ?? 'invalid'}`.slice(0, 300));
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return new CanopyError(codeOfStatus[status] ?? 'BAD_REQUEST');
  return new CanopyError('INTERNAL', undefined, { cause: error });
}
