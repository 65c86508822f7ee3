import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root as project } from '../../../scripts/setup/paths.mjs';
import { rootTestsLeftOut } from '../../../scripts/setup/root.mjs';
import { type Ended, firstLine, type PrivateNetwork } from './private-network.ts';
import { answerFiles, type CloudAnswers, ScratchHost } from './scratch-host.ts';

const bootScript = fileURLToPath(new URL('./boot-host.sh', import.meta.url));

/** What a host is made of. */
export interface HostPlan {
  /** Rendered user data. */
  cloudConfig: string;
  /** What the cloud answers on it. */
  answers: CloudAnswers;
  /** Lines of /etc/hosts: the names that DNS would know. */
  names: readonly string[];
}

/** A host that lasts as long as its network, and that systemd runs as it would one of the cloud's: its units are started, held and stopped by nobody else. */
export class BootedHost {
  readonly #network: PrivateNetwork;
  readonly #scratch: ScratchHost;
  readonly #pid: string;

  private constructor(network: PrivateNetwork, scratch: ScratchHost, pid: string) {
    this.#network = network;
    this.#scratch = scratch;
    this.#pid = pid;
  }

  /** Boots a host and does what its user data says. Resolves when its units are up. */
  static async boot(network: PrivateNetwork, plan: HostPlan): Promise<BootedHost> {
    const folder = mkdtempSync(join(tmpdir(), 'canopy-booted-'));
    network.afterwards(() => remove(folder));
    const scratch = new ScratchHost(plan.cloudConfig, join(folder, 'files'));
    scratch.playCloud(plan.answers, { root: '', bin: 'usr/local/bin' });
    scratch.write('etc/hosts', ['127.0.0.1 localhost', ...plan.names, ''].join('\n'));
    scratch.write('opt/canopy/.release', `${scratch.fact('RELEASE_SHA256')}\n`);
    const { MEDIASOUP_WORKER_BIN: worker } = process.env;
    const booting = network.start('unshare', ['--mount', bootScript, folder, project, ...(worker ? [worker] : [])]);
    const pid = await firstLine(booting, 'the host', /^\d+$/);
    const host = new BootedHost(network, scratch, pid);
    await host.#initialize();
    return host;
  }

  /** Runs a program on it. */
  run(...command: readonly string[]): Promise<Ended> {
    const spaces = ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup'];
    return this.#network.run('nsenter', `--target=${this.#pid}`, ...spaces, '--root', '--wd', '--', ...command);
  }

  /** What it said; throws what it said of a failure. */
  async did(...command: readonly string[]): Promise<string> {
    const { code, output, errors } = await this.run(...command);
    if (code !== 0) throw new Error(`${command.join(' ')}: ${errors}${output}\n${await this.journal()}`);
    return output.trim();
  }

  /** A property of a unit, as "systemctl show" tells it. */
  property(unit: string, name: string): Promise<string> {
    return this.did('systemctl', 'show', '--value', '--property', name, unit);
  }

  /** The end of what all units wrote. */
  async journal(): Promise<string> {
    return (await this.run('journalctl', '--output=cat', '--lines=60')).output;
  }

  /** From now on the cloud answers so. */
  answer(answers: CloudAnswers): void {
    for (const { path, content } of answerFiles(answers)) writeFileSync(join(`/proc/${this.#pid}/root`, path), content);
  }

  /** What was asked of the cloud. */
  async calls(): Promise<string[]> {
    return (await this.did('cat', '/calls')).split('\n').filter((line) => !line.startsWith('curl'));
  }

  /** What cloud-init does with the user data, but for installing packages. */
  async #initialize(): Promise<void> {
    await this.did(
      'sh',
      '-c',
      'until [ -S /run/systemd/private ]; do sleep 0.05; done; systemctl start multi-user.target',
    );
    await this.did('systemctl', 'start', 'systemd-journald.socket');
    const { bootcmd, runcmd, users } = this.#scratch.config;
    for (const user of users) {
      if (typeof user === 'string') continue;
      const { code } = await this.run('id', user.name);
      if (code !== 0)
        await this.did('useradd', ...(user.system ? ['--system'] : []), `--shell=${user.shell}`, user.name);
    }
    // A unit that never gets ready shall show its journal.
    for (const command of [...bootcmd, ...runcmd]) await this.did('timeout', '120', ...command);
  }
}

/** Takes away what is left of a host that runs no more: its folder, and its control groups. */
function remove(folder: string): void {
  const groups = join(folder, 'groups');
  const removal = `mount -t cgroup2 none ${groups} && find ${groups}/${basename(folder)} -depth -type d -exec rmdir {} +`;
  if (existsSync(groups)) spawnSync('unshare', ['--mount', 'sh', '-c', removal], { stdio: 'inherit' });
  rmSync(folder, { recursive: true });
}

/** Whether no hosts are booted here: it takes root, and systemd. Says so. */
export function bootingLeftOut(): boolean {
  const possible = existsSync('/lib/systemd/systemd');
  if (!possible) console.warn('hosts are not booted: that takes systemd');
  return rootTestsLeftOut(process.env) || !possible;
}
