import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** The part of cloud-init's #cloud-config that the modules write. */
interface CloudConfig {
  users: (string | { name: string; system: boolean; shell: string })[];
  write_files: { path: string; content: string; permissions: string }[];
  runcmd: string[][];
  bootcmd: string[][];
  packages: string[];
}

/** What the cloud would answer on a host. */
export interface CloudAnswers {
  /** Of the metadata service, by path below /latest. */
  metadata: Record<string, string>;
  /** Output of the AWS command line, by its first two words; a command that is not here fails. */
  aws: Record<string, string>;
  /** One of these that fails when it is asked for the first time. */
  failsFirst?: string;
}

/** The files that cloud-init writes on a host, in a scratch folder that stands for its root. */
export class ScratchHost implements Disposable {
  readonly config: CloudConfig;
  readonly root: string;

  constructor(cloudConfig: string, root = mkdtempSync(join(tmpdir(), 'canopy-host-'))) {
    this.root = root;
    if (!cloudConfig.startsWith('#cloud-config\n')) throw new Error('cloud-init takes it for no #cloud-config');
    this.config = parse(cloudConfig);
    for (const { path, content, permissions } of this.config.write_files)
      this.write(path, content, Number.parseInt(permissions, 8));
  }

  /** Paths of the systemd units, in the scratch folder. */
  get units(): string[] {
    const paths = this.config.write_files.map(({ path }) => path).filter((path) => path.endsWith('.service'));
    return paths.map((path) => join(this.root, path));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  write(path: string, content: string, mode = 0o644): string {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    return file;
  }

  /** Runs a script of the host; the metadata service and the AWS command line are played by scripts that answer as told, and note what was asked. */
  runScript(path: string, answers: CloudAnswers): { code: number | null; errors: string; calls: string[] } {
    this.playCloud(answers, { root: this.root, bin: 'bin' });
    // The users of services are not there either: whom files are given to is noted.
    for (const name of ['systemctl', 'chgrp']) this.write(`bin/${name}`, player(name, this.root), 0o755);
    mkdirSync(join(this.root, 'tmp'), { recursive: true });
    const { status, stderr } = spawnSync('bash', [join(this.root, path)], {
      encoding: 'utf8',
      env: {
        PATH: `${join(this.root, 'bin')}:${process.env.PATH}`,
        TMPDIR: join(this.root, 'tmp'),
        CANOPY_ROOT: this.root,
      },
    });
    const calls = this.read('calls')
      .split('\n')
      .filter((line) => line !== '');
    return { code: status, errors: stderr, calls };
  }

  /** Puts programs into the folder `bin` that play the metadata service and the AWS command line, where the host's root will be `root`. */
  playCloud(answers: CloudAnswers, { bin, root }: { bin: string; root: string }): void {
    for (const { path, content } of answerFiles(answers)) this.write(path, content);
    this.write('calls', '');
    for (const name of ['aws', 'curl']) this.write(`${bin}/${name}`, player(name, root), 0o755);
  }

  /** A variable of the scripts; empty if it is not there. */
  fact(name: string): string {
    return this.read('etc/canopy/facts').match(new RegExp(`^${name}='(.*)'$`, 'm'))?.[1] ?? '';
  }

  /** What systemd would give a unit by its EnvironmentFile= lines. */
  environmentOf(unit: string): Record<string, string> {
    const files = [...this.read(`etc/systemd/system/${unit}`).matchAll(/^EnvironmentFile=(.*)$/gm)];
    const lines = files.flatMap(([, path = '']) => this.read(path).split('\n')).filter((line) => line !== '');
    return Object.fromEntries(
      lines.map((line) => {
        const [, name = '', value = ''] = line.match(/^([A-Z_0-9]+)='([^']*)'$/) ?? [];
        if (name === '') throw new Error(`systemd may read this otherwise than meant: ${line}`);
        return [name, value];
      }),
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }
}

/** The files in which a played cloud finds its answers, below a host's root. */
export function answerFiles({ metadata, aws, failsFirst }: CloudAnswers): { path: string; content: string }[] {
  const all = { 'api/token': 'token', ...metadata, ...aws };
  const file = (asked: string) => `answers/${asked.replaceAll(/[/: ]/g, '_')}`;
  const answers = Object.entries(all).map(([asked, content]) => ({ path: file(asked), content: `${content}\n` }));
  return failsFirst === undefined ? answers : [...answers, { path: `${file(failsFirst)}.fails`, content: '' }];
}

/** A script that plays a command of a host with this root; whether a service is ready, curl really asks. */
function player(name: string, root: string): string {
  return `#!/bin/sh
printf '%s\\n' "$(printf '%s' "${name} $*" | tr -s '[:space:]' ' ')" >> '${root}/calls'
for arg; do case $arg in http*) url=$arg ;; esac; done
case ${name} in
  aws) asked="$1 $2" ;;
  curl) asked=\${url#http://169.254.169.254/latest/} ;;
  *) exit 0 ;;
esac
answer="${root}/answers/$(printf '%s' "$asked" | tr '/: ' '___')"
if [ -e "$answer.fails" ]; then rm "$answer.fails"; exit 22; fi
if [ -e "$answer" ]; then exec cat "$answer"; fi
case $asked in http://*) exec /usr/bin/curl "$@" ;; esac
exit 22
`;
}
