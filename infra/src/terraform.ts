import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { findTerraform, howToGetTerraform } from '../../scripts/setup/terraform.mjs';
import { terraformFolder } from './schema-file.mjs';
import { startSchemaServer } from './schema-server.ts';

/** What one run of a module's tests ended with. */
export interface ModuleRun {
  name: string;
  passed: boolean;
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
    const child = this.#spawn(folder, args);
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

  /** Runs the tests of a folder, its provider mocked, and tells how each ended, and all that went wrong. */
  async test(folder: string): Promise<{ code: number | null; problems: string; runs: ModuleRun[] }> {
    const { code, output } = await this.run(folder, 'test', '-json');
    const events = output.split('\n').flatMap(eventOf);
    const runs = events.flatMap(({ '@testrun': name, test_run: run }) =>
      name === undefined || run?.progress !== 'complete' ? [] : [{ name, passed: run.status === 'pass' }],
    );
    const problems = events.flatMap(({ '@testrun': name = folder, diagnostic }) =>
      diagnostic === undefined ? [] : [`${name}: ${diagnostic.summary}: ${diagnostic.detail}`],
    );
    return { code, problems: problems.join('\n'), runs };
  }

  /** The outputs of a module as its first test has it. */
  async outputs(folder: string): Promise<Record<string, unknown>> {
    const { outputs = {} } = await this.#firstState(folder);
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** What a module and those it calls make, as its first test has it. */
  async resources(folder: string): Promise<Resource[]> {
    const { root_module: root } = await this.#firstState(folder);
    return root === undefined ? [] : resourcesOf(root);
  }

  /** The other tests are not waited for. */
  async #firstState(folder: string): Promise<TestState> {
    const child = this.#spawn(folder, ['test', '-json', '-verbose']);
    const ended = once(child, 'close');
    const said: string[] = [];
    try {
      for await (const line of createInterface(child.stdout)) {
        const [event] = eventOf(line);
        if (event?.diagnostic !== undefined) said.push(event.diagnostic.detail);
        if (event?.test_state !== undefined) return event.test_state;
      }
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    throw new Error(`${folder} has no state:\n${said.join('\n')}`);
  }

  #spawn(folder: string, args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
    return spawn(this.#program, args, {
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
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    rmSync(this.#data, { recursive: true });
  }
}

/** A resource of a state. */
export interface Resource {
  /** With the modules it is in, like module.dns.aws_route53_record.web["eu-central-1"]. */
  address: string;
  mode: 'managed' | 'data';
  type: string;
  values: Record<string, unknown>;
}

interface StateModule {
  resources?: Resource[];
  child_modules?: StateModule[];
}

interface TestState {
  outputs?: Record<string, { value: unknown }>;
  root_module?: StateModule;
}

function resourcesOf({ resources = [], child_modules = [] }: StateModule): Resource[] {
  return [...resources, ...child_modules.flatMap(resourcesOf)];
}

/** A line of "terraform test -json". */
interface TestEvent {
  '@testrun'?: string;
  test_run?: { progress: string; status?: string };
  test_state?: TestState;
  diagnostic?: { summary: string; detail: string };
}

function eventOf(line: string): TestEvent[] {
  return line.startsWith('{') ? [JSON.parse(line)] : [];
}
