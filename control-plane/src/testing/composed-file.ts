import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

const probed = z.object({
  streams: z.array(z.object({ codec_name: z.string(), width: z.number().optional(), height: z.number().optional() })),
  format: z.object({ duration: z.coerce.number() }),
});

/** What can be seen and heard of a file that a compositor made. */
export class ComposedFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async streams(): Promise<z.output<typeof probed>['streams']> {
    return (await this.#probe()).streams;
  }

  async seconds(): Promise<number> {
    return (await this.#probe()).format.duration;
  }

  /** How loud half a second of the sound is on average, dB of full scale. */
  async loudness(second: number): Promise<number> {
    const what = ['-af', 'volumedetect', '-vn', '-f', 'null', '-'];
    const { stderr } = await run('ffmpeg', ['-ss', String(second), '-t', '0.5', '-i', this.#path, ...what]);
    return Number(/mean_volume: (\S+) dB/.exec(stderr)?.[1]);
  }

  /** Which colour dominates the picture at a time, around `x:y`. */
  async colourAt(second: number, place: string): Promise<string | undefined> {
    const colour = await this.#pictureAt(second, `crop=16:16:${place},scale=1:1,format=rgb24`);
    const most = Math.max(...colour);
    return most > 120 ? ['red', 'lime', 'blue'][colour.indexOf(most)] : 'dark';
  }

  /** How bright the picture is at a time, or a piece of it (`crop=…,`), 0 to 255. */
  async brightness(second: number, piece = ''): Promise<number> {
    return (await this.#pictureAt(second, `${piece}scale=1:1:flags=area,format=gray`))[0] ?? 0;
  }

  async #pictureAt(second: number, filter: string): Promise<Buffer> {
    const one = ['-frames:v', '1', '-vf', filter, '-f', 'rawvideo', '-'];
    const args = ['-loglevel', 'error', '-ss', String(second), '-i', this.#path, ...one];
    return (await run('ffmpeg', args, { encoding: 'buffer' })).stdout;
  }

  async #probe(): Promise<z.output<typeof probed>> {
    const shown = ['-show_entries', 'stream=codec_name,width,height:format=duration'];
    const { stdout } = await run('ffprobe', ['-v', 'error', ...shown, '-of', 'json', this.#path]);
    return probed.parse(JSON.parse(stdout));
  }
}
