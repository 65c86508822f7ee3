import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const segments = ['-f', 'segment', '-segment_time', '2', '-reset_timestamps', '1', '-segment_list', 'segments.csv'];

const sources = { audio: 'sine=frequency=440', video: 'testsrc=size=320x180:rate=15' };

type Kind = keyof typeof sources;

/** Writes parts of recordings as an edge does. Sources are those of ffmpeg's lavfi. */
export class PartWriter {
  readonly #folder: string;
  /** Folders with what was encoded once. */
  readonly #encoded = new Map<string, Promise<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the id of the part. */
  async write(recordingId: string, kind: Kind, seconds: number, source = sources[kind]): Promise<string> {
    const partId = randomUUID();
    const what = `${kind} ${seconds} ${source}`;
    const made = this.#encoded.get(what) ?? this.#encode(kind, seconds, source);
    this.#encoded.set(what, made);
    await cp(await made, join(this.#folder, recordingId, partId), { recursive: true });
    return partId;
  }

  /** A part whose picture changes its size, as of a phone that is turned. Returns its id. */
  async writeChanging(recordingId: string, pieces: { source: string; seconds: number }[]): Promise<string> {
    const partId = randomUUID();
    const folders = await Promise.all(pieces.map(({ source, seconds }) => this.#encode('video', seconds, source)));
    const cwd = join(this.#folder, recordingId, partId);
    await mkdir(cwd, { recursive: true });
    const list = join(this.#folder, `${partId}.txt`);
    await writeFile(list, folders.map((one) => `file '${join(one, '00000.mkv')}'\n`).join(''));
    const input = ['-loglevel', 'error', '-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy'];
    await run('ffmpeg', [...input, ...segments, '%05d.mkv'], { cwd });
    return partId;
  }

  async #encode(kind: Kind, seconds: number, source: string): Promise<string> {
    const cwd = await mkdtemp(join(this.#folder, 'encoded-'));
    const codec = kind === 'audio' ? ['-c:a', 'libopus'] : ['-c:v', 'libvpx', '-deadline', 'realtime', '-g', '15'];
    const input = ['-loglevel', 'error', '-f', 'lavfi', '-i', source, '-t', String(seconds)];
    await run('ffmpeg', [...input, ...codec, ...segments, '%05d.mkv'], { cwd });
    return cwd;
  }
}
