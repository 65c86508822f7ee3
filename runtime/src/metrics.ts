import { Counter, collectDefaultMetrics, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import packageFile from '../package.json' with { type: 'json' };
import type { Certificates } from './certificates.ts';
import { protocolVersion } from './protocol.ts';
import { traceIds } from './tracing.ts';

/** Values by one label. */
export type Labelled = readonly (readonly [label: string, value: number])[];

/** The certificate that nodes show each other, and the one that browsers see. Undefined: without TLS. */
export type CertificatesInUse = Readonly<Record<'mesh' | 'public', Pick<Certificates, 'endsAt'> | undefined>>;

/** Latencies from a local call to what nobody waits for any more, seconds. */
const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Other edges and the like, of which a mesh may have many: the largest so many have a series each, the rest one together. */
export const mostLabels = 50;

const sameScrapeMs = 1_000;

/**
 * The metrics of one process in the OpenMetrics format, with those of Node (event-loop lag, memory, CPU) and the build. One set
 * per service, so that several can live in one process. Labels take few values whatever the number of meetings.
 */
export class MetricSet {
  readonly registry = new Registry<OpenMetricsContentType>();

  constructor() {
    this.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    collectDefaultMetrics({ register: this.registry });
    const build = this.#gauge('canopy_build_info', '1, with the versions that run.', ['version', 'protocol', 'node']);
    build.set({ version: packageFile.version, protocol: protocolVersion, node: process.version }, 1);
  }

  counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** Buckets are of latencies in seconds, if nothing else is said. */
  histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    buckets: readonly number[] = latencyBuckets,
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.registry] });
  }

  /** A histogram without labels whose observations lead to the trace they were made in, where there is one. */
  traced(name: string, help: string): (value: number) => void {
    const histogram = new Histogram({
      name,
      help,
      buckets: latencyBuckets,
      enableExemplars: true,
      registers: [this.registry],
    });
    return (value) => {
      const ids = traceIds();
      histogram.observe({ labels: {}, value, ...(ids && { exemplarLabels: ids }) });
    };
  }

  /** A gauge that is read when scraped; while `read` gives undefined, it has no value. */
  gauge(name: string, help: string, read: () => number | undefined | Promise<number | undefined>): void {
    const gauge = this.#gauge(name, help, [], async () => {
      const value = await read();
      if (value === undefined) gauge.remove();
      else gauge.set(value);
    });
  }

  /** The same with a value for each of several things; of many, all but the largest are `other`: their sum, or of what can't be added up the largest. */
  labelled(
    name: string,
    help: string,
    label: string,
    read: () => Labelled | Promise<Labelled>,
    others: 'sum' | 'largest' = 'sum',
  ): void {
    const gauge = this.#gauge(name, help, [label], async () => {
      const values = bounded(await read(), others);
      gauge.reset();
      for (const [key, value] of values) gauge.inc({ [label]: key }, value);
    });
  }

  /** When the certificates in use end, by what they are for, whatever is in their files by now. */
  certificates(inUse: CertificatesInUse): void {
    this.labelled(
      'canopy_certificate_expiry_timestamp_seconds',
      'When a certificate of this node ends, Unix time: that of the mesh, or the one that browsers see.',
      'certificate',
      () =>
        Object.entries(inUse).flatMap(
          ([name, one]): Labelled => (one === undefined ? [] : [[name, one.endsAt / 1_000]]),
        ),
    );
  }

  #gauge(name: string, help: string, labelNames: string[], collect?: () => void | Promise<void>): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry], ...(collect && { collect }) });
  }
}

/** For gauges that are read from the same look: those of one scrape share it. */
export function oncePerScrape<T>(look: () => T): () => T {
  let last: { at: number; found: T } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at > sameScrapeMs) last = { at: now, found: look() };
    return last.found;
  };
}

function bounded(values: Labelled, others: 'sum' | 'largest'): Labelled {
  if (values.length <= mostLabels) return values;
  const largestFirst = values.toSorted(([, a], [, b]) => b - a);
  const rest = largestFirst.slice(mostLabels).map(([, value]) => value);
  const other = others === 'sum' ? rest.reduce((sum, value) => sum + value, 0) : Math.max(...rest);
  return [...largestFirst.slice(0, mostLabels), ['other', other]];
}
