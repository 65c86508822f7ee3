const passedOn =
  /^(PATH|HOME|TMPDIR|LANG|LC_\w+|TZ|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|MEDIASOUP_\w+|EDGE_FFMPEG|LOG_LEVEL|OTEL_\w+)$/;

/** What a child gets of this process's environment: enough to run, and nothing that would configure it by accident. */
export function baseEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && passedOn.test(name)) kept[name] = value;
  return kept;
}
