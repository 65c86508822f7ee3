import { CanopyError } from '@canopy/runtime/errors';
import type { z } from 'zod';

export function invalidMedia(reason: string): CanopyError {
  return new CanopyError('INVALID_MEDIA_PARAMETERS', `The media parameters are invalid: ${reason}.`);
}

/** The value as `schema` puts it out; throws INVALID_MEDIA_PARAMETERS with the path of the first field at fault. */
export function parseMedia<Schema extends z.ZodType>(schema: Schema, value: unknown, name: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidMedia(`${[name, ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'malformed'}`);
}
