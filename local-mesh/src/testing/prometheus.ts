import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { findProgram } from '../../../scripts/setup/programs.mjs';
import { baseEnvironment } from '../processes/environment.ts';
import { Guard } from '../processes/guard.ts';
import { ManagedProcess } from '../processes/managed-process.ts';
import { freePorts } from '../processes/ports.ts';
import { answersOk } from '../processes/probes.ts';
import { projectFolder } from '../project.ts';

const ours = join(projectFolder, 'infra', 'observability', 'prometheus');

const config = z.looseObject({
  global: z.looseObject({}),
  scrape_configs: z.array(z.looseObject({ http_sd_configs: z.array(z.looseObject({ url: z.url() })) })),
});

const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/** One series of an answer. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** A real Prometheus with the project's own settings and rules, only that it scrapes and evaluates each second. */
export class Prometheus implements AsyncDisposable {
  readonly url: string;
  readonly #process: ManagedProcess;
  readonly #guard: Guard;

  /** Watches the mesh whose control plane is at `controlUrl`, an open one. */
  static async start(controlUrl: string, dataDir: string): Promise<Prometheus> {
    const folder = join(dataDir, 'prometheus');
    mkdirSync(folder, { recursive: true });
    symlinkSync(join(ours, 'rules'), join(folder, 'rules'));
    const settings = config.parse(parse(readFileSync(join(ours, 'prometheus.yml'), 'utf8')));
    Object.assign(settings.global, { scrape_interval: '1s', evaluation_interval: '1s' });
    for (const discovery of settings.scrape_configs.flatMap(({ http_sd_configs: all }) => all)) {
      Object.assign(discovery, { url: new URL(new URL(discovery.url).pathname, controlUrl).href });
      Object.assign(discovery, { refresh_interval: '1s', authorization: undefined });
    }
    writeFileSync(join(folder, 'prometheus.yml'), stringify(settings));
    const [port = 0] = await freePorts(1);
    const prometheus = new Prometheus(folder, port, new Guard());
    await prometheus.#process.start();
    return prometheus;
  }

  private constructor(folder: string, port: number, guard: Guard) {
    this.url = `http://127.0.0.1:${port}`;
    this.#guard = guard;
    this.#process = new ManagedProcess(
      {
        name: 'Prometheus',
        command: findProgram('prometheus', process.env) ?? 'prometheus',
        args: [
          `--config.file=${join(folder, 'prometheus.yml')}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--enable-feature=exemplar-storage',
        ],
        env: baseEnvironment(process.env),
        logFile: join(folder, 'prometheus.log'),
        stopSignal: 'SIGTERM',
        isReady: (signal) => answersOk(`${this.url}/-/ready`, signal),
        readyTimeoutMs: 60_000,
      },
      guard,
    );
  }

  /** What an expression is now. */
  async ask(expr: string): Promise<Sample[]> {
    const response = await fetch(`${this.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expr }),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`${expr}: ${JSON.stringify(body)}`);
    return answer
      .parse(body)
      .data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
  }

  /** Ids of traces that a latency leads to. */
  async exemplars(series: string): Promise<string[]> {
    const end = Date.now() / 1_000;
    const query = new URLSearchParams({ query: series, start: String(end - 3_600), end: String(end) });
    const response = await fetch(`${this.url}/api/v1/query_exemplars?${query}`);
    const body = z.object({
      data: z.array(z.object({ exemplars: z.array(z.object({ labels: z.record(z.string(), z.string()) })) })),
    });
    const { data } = body.parse(await response.json());
    return data.flatMap(({ exemplars }) => exemplars.flatMap(({ labels }) => labels.trace_id ?? []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    await this.#guard[Symbol.asyncDispose]();
  }
}
