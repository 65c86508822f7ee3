import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { bareEnvironment } from '@canopy/runtime/bare-environment';
import type { Writing } from '../../app/ports/recording.ts';
import { failureOf, type PartRecord, segmentList } from '../../core/recording/part.ts';

const segmentSeconds = 10;
/** After being asked to stop, a writer has this long to close its last segment. */
const stopTimeoutMs = 5_000;
const mostKeptOfErrors = 4_096;
/** RTCP BYE of one source, with an empty reason (RFC 3550 §6.6): ffmpeg looks at nothing shorter than an RTP header. */
const bye = Buffer.from([0x81, 203, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Fixed but for numbers: nothing of what people chose is among them; the stream is described on standard input. */
const args = [
  ['-hide_banner', '-loglevel', 'error'],
  ['-protocol_whitelist', 'pipe,udp,rtp', '-f', 'sdp', '-i', 'pipe:0'],
  ['-map', '0', '-c', 'copy'],
  ['-f', 'segment', '-segment_format', 'matroska', '-segment_time', String(segmentSeconds)],
  // A second of media at most is not on the disk yet when the process is killed.
  ['-segment_format_options', 'cluster_time_limit=1000:flush_packets=1', '-reset_timestamps', '1'],
  ['-segment_list', segmentList, '-segment_list_type', 'csv', '%05d.mkv'],
].flat();

/** An ffmpeg that takes one RTP stream apart into segments, without transcoding. Ends by itself ten seconds after the stream does. */
export class SegmentWriter implements Writing {
  readonly #process: ChildProcess;
  readonly #port: number;
  /** Resolves with the code of what went wrong, if anything did. */
  readonly ended: Promise<PartRecord['errorCode']>;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.#port = port;
    let said = '';
    process.stderr?.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-mostKeptOfErrors);
    });
    this.ended = once(process, 'close').then(
      ([code]: unknown[]) => failureOf(typeof code === 'number' ? code : null, said),
      () => 'RECORDING_FAILED',
    );
  }

  /** `port`: where the SDP says that the stream comes to. */
  static start(ffmpeg: string, folder: string, sdp: string, port: number): SegmentWriter {
    const child = spawn(ffmpeg, args, {
      cwd: folder,
      env: bareEnvironment(),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const writer = new SegmentWriter(child, port);
    // It may have ended before it read: then it says so itself.
    child.stdin.on('error', () => undefined);
    child.stdin.end(sdp);
    return writer;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null && this.pid !== undefined;
  }

  stop(): void {
    if (!this.running) return;
    // A signal would be heeded with the next packet only, and there may be none.
    const socket = createSocket('udp4');
    socket.send(bye, this.#port, '127.0.0.1', () => socket.close());
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), stopTimeoutMs);
    void this.ended.finally(() => clearTimeout(kill));
  }

  onEnded(listener: (failure: PartRecord['errorCode']) => void): void {
    void this.ended.then(listener);
  }
}
