import { z } from 'zod';

/** A configuration that a process cannot start with; its message names every variable at fault. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads the variables named by `schema` from the environment. Variables that start with `prefix` but are not in the
 * schema stop the start too: a misspelt setting must not be ignored.
 */
export function readEnv<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Readonly<Record<string, string | undefined>>,
  prefix: string,
): z.output<z.ZodObject<Shape>> {
  const unknown = Object.keys(env).filter((name) => name.startsWith(prefix) && !(name in schema.shape));
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, env[name] === '' ? undefined : env[name]]),
  );
  const parsed = schema.safeParse(given);
  const problems = [
    ...unknown.map((name) => `${name}: unknown setting`),
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(`cannot start: ${problems.join('; ')}`);
  return parsed.data;
}

/** "1", "true", "yes", "on" or their opposites. */
export const booleanSetting = z.stringbool();

/** A whole number in a range. */
export const integerSetting = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** "a,b,c" as a list without empty entries. */
export const listSetting = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
