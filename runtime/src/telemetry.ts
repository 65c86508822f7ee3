/** Traces that are exported; disposing it sends what is left. */
export type Telemetry = AsyncDisposable;

const off: Telemetry = { [Symbol.asyncDispose]: async () => {} };

/**
 * Exports traces by OTLP where the standard environment names somebody to send them to: OTEL_EXPORTER_OTLP_ENDPOINT or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT. Else nothing is loaded, and spans cost next to nothing. The other OTEL_ variables
 * (sampler, headers, protocol, batches, resource attributes) are the SDK's.
 */
export async function startTelemetry(
  service: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Telemetry> {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint || env.OTEL_SDK_DISABLED === 'true') return off;
  const { NodeSDK, resources } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({
    serviceName: env.OTEL_SERVICE_NAME ?? `canopy-${service}`,
    // Of the process nothing but what the environment says: its command line holds paths.
    resourceDetectors: [resources.envDetector],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  return { [Symbol.asyncDispose]: () => sdk.shutdown().catch(() => {}) };
}
