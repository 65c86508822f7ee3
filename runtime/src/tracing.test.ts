import { Metadata } from '@grpc/grpc-js';
import { context, propagation, trace } from '@opentelemetry/api';
import { core, node, tracing } from '@opentelemetry/sdk-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CanopyError } from './errors.ts';
import { unaryCall, unaryHandlers } from './grpc.ts';
import { createLogger, silentLogger } from './logger.ts';
import { inServerSpan, inSpan, traceIds } from './tracing.ts';

/** A call that goes to a handler over nothing but its metadata. */
function call<Response>(handle: () => Promise<Response>): Promise<Response> {
  const serve = unaryHandlers(silentLogger)(handle);
  return unaryCall<object, Response>(
    (request, metadata, _options, callback) =>
      serve({ request, metadata, getPath: () => '/canopy.v1.EdgeMedia/OpenSession' }, (_error, response) => {
        if (response !== undefined) callback(null, response);
      }),
    {},
    1_000,
  );
}

test('without anybody who takes them nothing is carried and nothing is named', async () => {
  const carried = new Metadata();
  await inSpan('step', {}, async () => {
    expect(traceIds()).toBeUndefined();
  });
  expect(carried.get('traceparent')).toEqual([]);
  expect(await call(async () => ({ fine: true }))).toEqual({ fine: true });
});

describe('with somebody who takes them', () => {
  const exporter = new tracing.InMemorySpanExporter();

  beforeAll(() => {
    const provider = new node.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
    provider.register({ propagator: new core.W3CTraceContextPropagator() });
  });

  afterAll(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });

  beforeEach(() => exporter.reset());

  test('a call is a step of the trace it was made in, at the other end too, and log lines name it', async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) });
    await inServerSpan('signal.join', undefined, () =>
      inSpan('join.open', { 'canopy.edge': 'e-1' }, () =>
        call(async () => {
          logger.info({}, 'session opened');
          return {};
        }),
      ),
    );
    const [rpc, open, join] = exporter.getFinishedSpans();
    expect([rpc?.name, open?.name, join?.name]).toEqual([
      'canopy.v1.EdgeMedia/OpenSession',
      'join.open',
      'signal.join',
    ]);
    expect(rpc?.parentSpanContext?.spanId).toBe(open?.spanContext().spanId);
    expect(open?.parentSpanContext?.spanId).toBe(join?.spanContext().spanId);
    expect(join?.parentSpanContext).toBeUndefined();
    expect(new Set(exporter.getFinishedSpans().map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(lines).toEqual([
      expect.objectContaining({ trace_id: rpc?.spanContext().traceId, span_id: rpc?.spanContext().spanId }),
    ]);
  });

  test('of a failure the code is kept, and not the text', async () => {
    const failing = inSpan('pull', {}, async () => {
      throw new CanopyError('TRACK_NOT_FOUND', 'Mara’s camera is gone.');
    });
    await expect(failing).rejects.toThrow();
    expect(exporter.getFinishedSpans()[0]).toMatchObject({ attributes: { 'error.type': 'TRACK_NOT_FOUND' } });
    expect(
      JSON.stringify(exporter.getFinishedSpans()[0]?.events) + JSON.stringify(exporter.getFinishedSpans()[0]?.status),
    ).not.toContain('Mara');
  });
});
