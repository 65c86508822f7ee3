import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** The part of cloud-init's #cloud-config that the modules write. */
interface CloudConfig {
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
}

/** The files that cloud-init writes on a host, in a scratch folder that stands for its root. */
export class ScratchHost implements Disposable {
  readonly config: CloudConfig;
  readonly root = mkdtempSync(join(tmpdir(), 'canopy-host-'));

  constructor(cloudConfig: string) {
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
  runScript(path: string, { metadata, aws }: CloudAnswers): { code: number | null; errors: string; calls: string[] } {
    this.write('answers.json', JSON.stringify({ metadata, aws }));
    this.write('calls', '');
    for (const name of ['aws', 'curl', 'systemctl']) this.write(`bin/${name}`, player(this.root, name), 0o755);
    const group = spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim();
    const { status, stderr } = spawnSync('bash', [join(this.root, path)], {
      encoding: 'utf8',
      env: { PATH: `${join(this.root, 'bin')}:${process.env.PATH}`, CANOPY_ROOT: this.root, CANOPY_GROUP: group },
    });
    const calls = this.read('calls')
      .split('\n')
      .filter((line) => line !== '');
    return { code: status, errors: stderr, calls };
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

/** A script that plays a command of the host. */
function player(root: string, name: string): string {
  return `#!${process.execPath}
const { readFileSync, appendFileSync } = require('node:fs');
const args = process.argv.slice(2);
const { metadata, aws } = JSON.parse(readFileSync('${root}/answers.json', 'utf8'));
appendFileSync('${root}/calls', '${name} ' + args.join(' ').replaceAll(/\\s+/g, ' ') + '\\n');
const url = args.find((arg) => arg.startsWith('http')) ?? '';
const path = url.replace('http://169.254.169.254/latest/', '');
const answers = { aws: aws[args.slice(0, 2).join(' ')], curl: path === 'api/token' ? 'token' : metadata[path], systemctl: '' };
const answer = answers['${name}'];
if (answer === undefined) process.exit(22);
process.stdout.write(answer + '\\n');
`;
}
