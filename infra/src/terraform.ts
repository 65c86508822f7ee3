import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findTerraform, howToGetTerraform } from '../../scripts/setup/terraform.mjs';
import { terraformFolder } from './schema-file.mjs';
import { startSchemaServer } from './schema-server.ts';

/** What one run of a module's tests ended with. */
export interface ModuleRun {
  name: string;
  passed: boolean;
  /** The module's outputs; empty when the run only planned. */
  outputs: Record<string, unknown>;
}

/** Terraform, with a provider for AWS that knows the schema only and a scratch folder for what it notes. */
export class Terraform implements AsyncDisposable {
  readonly #program: string;
  readonly #reattach: string;
  readonly #data = mkdtempSync(join(tmpdir(), 'canopy-terraform-'));
  readonly #close: () => Promise<void>;

  private constructor(program: string, reattach: string, close: () => Promise<void>) {
    this.#program = program;
    this.#reattach = reattach;
    this.#close = close;
  }

  /** Rejects with a sentence that says what to do when there is no Terraform. */
  static async start(): Promise<Terraform> {
    const program = findTerraform(process.env);
    if (program === undefined) throw new Error(howToGetTerraform);
    const server = await startSchemaServer();
    return new Terraform(program, server.reattach, async () => server[Symbol.asyncDispose]());
  }

  /** Runs a command in a folder below {@link terraformFolder}; resolves with its exit code and all it printed. */
  async run(folder: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(this.#program, args, {
      cwd: join(terraformFolder, folder),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TF_REATTACH_PROVIDERS: this.#reattach,
        TF_DATA_DIR: join(this.#data, folder.replaceAll('/', '_')),
        TF_CLI_CONFIG_FILE: '/dev/null',
        TF_IN_AUTOMATION: '1',
        CHECKPOINT_DISABLE: '1',
      },
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { code, output: output + errors };
  }

  /** Prepares a folder for `validate` and `test`: finds the modules it uses. */
  async init(folder: string): Promise<void> {
    const { code, output } = await this.run(folder, 'init', '-backend=false', '-no-color');
    if (code !== 0) throw new Error(`terraform init failed in ${folder}:\n${output}`);
  }

  /** Runs the tests of a folder, its provider mocked, and tells how each ended, with its outputs. */
  async test(folder: string): Promise<{ code: number | null; output: string; runs: ModuleRun[] }> {
    const { code, output } = await this.run(folder, 'test', '-json', '-verbose');
    const events = output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): TestEvent => JSON.parse(line));
    const runs = events.flatMap(({ '@testrun': name, test_run: run }) =>
      name === undefined || run?.progress !== 'complete'
        ? []
        : [{ name, passed: run.status === 'pass', outputs: outputsOf(events, name) }],
    );
    return { code, output, runs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    rmSync(this.#data, { recursive: true });
  }
}

/** A line of "terraform test -json". */
interface TestEvent {
  '@testrun'?: string;
  test_run?: { progress: string; status?: string };
  test_state?: { outputs?: Record<string, { value: unknown }> };
}

function outputsOf(events: readonly TestEvent[], run: string): Record<string, unknown> {
  const state = events.find((event) => event['@testrun'] === run && event.test_state !== undefined)?.test_state;
  return Object.fromEntries(Object.entries(state?.outputs ?? {}).map(([name, { value }]) => [name, value]));
}
