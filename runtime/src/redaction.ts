const censor = '[redacted]';

/** Fields that are secret, or say who somebody is, wherever they stand. */
const hidden =
  /^(address|authorization|cookie|credential|set-cookie|email|key|name|pass|password|passwordHash|proxy-authorization|secret|secretHash|signingSecret|token|apiKey|resumeToken)$/i;

/** Secrets inside text: the user and password of a URL, a JWT, what follows `Bearer`, a resume token or API key in a query. */
const inText = [
  [/(\/\/)[^/@\s]+@/g, `$1${censor}@`],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, censor],
  [/\b(Bearer\s+)[^\s,"']+/gi, `$1${censor}`],
  [/\b((?:token|secret|password|code|key)=)[^&\s"']+/gi, `$1${censor}`],
] as const;

const deepest = 6;

/** A copy of what is to be logged, without secrets. What is nested deeper than six levels is left out. */
export function redact(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, hidden.test(name) ? censor : redactValue(value, depth)]),
  );
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[deep]';
  if (Array.isArray(value)) return value.map((one) => redactValue(one, depth + 1));
  return redact({ ...value }, depth + 1);
}

/** A text without the secrets that can be told by their form. */
export function redactText(text: string): string {
  return inText.reduce((clean, [secret, replacement]) => clean.replace(secret, replacement), text);
}
