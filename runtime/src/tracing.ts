import { type Attributes, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { CanopyError } from './errors.ts';

/** The part of gRPC's metadata that carries a trace. */
export interface TraceCarrier {
  get(key: string): readonly (string | Buffer)[];
  set(key: string, value: string): void;
}

const tracer = trace.getTracer('canopy');

const getter = {
  get: (carrier: TraceCarrier, key: string) => carrier.get(key).map(String),
  keys: () => ['traceparent', 'tracestate'],
};
const setter = { set: (carrier: TraceCarrier, key: string, value: string) => carrier.set(key, value) };

/** Does the work as a step of the trace under way, or of one that begins with it. Attributes are ids and counts, never names or addresses. */
export function inSpan<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, (span) => followed(span, work));
}

/** The same for work that somebody else asked for, whose trace comes with the request; without `carrier` a trace begins. */
export function inServerSpan<T>(name: string, carrier: TraceCarrier | undefined, work: () => Promise<T>): Promise<T> {
  const caller = context.active();
  const parent = carrier === undefined ? caller : propagation.extract(caller, carrier, getter);
  return tracer.startActiveSpan(name, { kind: SpanKind.SERVER }, parent, (span) => followed(span, work));
}

/** Has the trace under way go on with whoever gets the carrier. */
export function carryTrace<Carrier extends TraceCarrier>(carrier: Carrier): Carrier {
  propagation.inject(context.active(), carrier, setter);
  return carrier;
}

/** The ids of the step under way, as logs and exemplars name them; undefined while nothing is traced. */
export function traceIds(): { trace_id: string; span_id: string } | undefined {
  const span = trace.getActiveSpan();
  if (span?.isRecording() !== true) return undefined;
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

async function followed<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The code says what went wrong; a text might name somebody.
    const { code } = CanopyError.from(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    span.setAttribute('error.type', code);
    throw error;
  } finally {
    span.end();
  }
}
