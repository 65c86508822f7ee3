import { type Loudness, windowMs } from '../../core/recording/speakers.ts';
import { listed, runFfmpeg } from './ffmpeg.ts';
import type { PartInput } from './segments.ts';

const samplesPerSecond = 8_000;
const windowSamples = (samplesPerSecond * windowMs) / 1_000;

/** See ffmpeg-filters(1): a measurement of each window, printed with its time. Where nothing was sent there is silence. */
const measured = [
  `aresample=${samplesPerSecond}:async=1:first_pts=0,asetnsamples=n=${windowSamples}`,
  'astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=RMS_level',
  'ametadata=mode=print:key=lavfi.astats.Overall.RMS_level:file=-',
].join(',');

/** How loud a sound was, window by window. */
export async function loudnessOf(
  ffmpeg: string,
  { list, startsAt }: PartInput,
  participantId: string,
  signal: AbortSignal,
): Promise<Loudness[]> {
  const filter = ['-map', '0:a', '-af', `asetpts=PTS-STARTPTS,${measured}`, '-f', 'null', '-'];
  const said = await runFfmpeg(ffmpeg, [...listed(list), ...filter], signal);
  const windows = said.matchAll(/pts_time:(\S+)\s+lavfi\.astats\.Overall\.RMS_level=(-?[\d.]+|-inf)/g);
  return [...windows].map(([, time, level]) => {
    return { participantId, at: startsAt + Number(time) * 1_000, level: level === '-inf' ? -Infinity : Number(level) };
  });
}
