import { type Meeting, type MeetingView, TrackSource, type TrackStats } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { SidePanel } from '../design/side-panel.tsx';
import { bitrate, milliseconds, percent } from '../lib/format.ts';
import { useMeetingView } from '../meeting/view-store.ts';
import { latencyOf } from './latency.ts';
import styles from './statistics-panel.module.css';
import { useQuality } from './use-quality.ts';

const sources = {
  [TrackSource.UNSPECIFIED]: undefined,
  [TrackSource.CAMERA]: 'camera',
  [TrackSource.MICROPHONE]: 'microphone',
  [TrackSource.SCREEN]: 'screen',
  [TrackSource.SCREEN_AUDIO]: 'screenAudio',
} as const;

/** What each track does, in numbers. */
export default function StatisticsPanel({ meeting, onClose }: { meeting: Meeting; onClose: () => void }) {
  const { t } = useTranslation('quality');
  const view = useMeetingView(meeting);
  const { link, rttMs, tracks } = useQuality(meeting);
  return (
    <SidePanel title={t('title')} onClose={onClose}>
      <div data-testid="statistics" className={styles.all}>
        {link === null ? <p>{t('nothing')}</p> : <p>{t(`score${link.score}`)}</p>}
        {rttMs !== undefined && (
          <p>
            {t('rtt')}: {milliseconds(rttMs)}
          </p>
        )}
        {(['received', 'sent'] as const).map((direction) => {
          const these = tracks.filter((track) => track.direction === direction);
          return (
            these.length > 0 && (
              <section key={direction}>
                <h3>{t(direction)}</h3>
                {these.map((track) => (
                  <TrackNumbers key={`${track.trackId}/${track.layer}`} track={track} view={view} rttMs={rttMs} />
                ))}
              </section>
            )
          );
        })}
        <details className={styles.note}>
          <summary>{t('explain')}</summary>
          <p>{t('latencyNote')}</p>
        </details>
      </div>
    </SidePanel>
  );
}

function TrackNumbers({ track, view, rttMs }: { track: TrackStats; view: MeetingView; rttMs: number | undefined }) {
  const { t } = useTranslation('quality');
  const { participantId = '', source = TrackSource.UNSPECIFIED } = view.tracks.get(track.trackId) ?? {};
  const name = view.participants.get(participantId)?.name ?? '';
  const word = sources[source];
  const latency = latencyOf(rttMs, track);
  const size =
    track.width === undefined ? undefined : `${track.width}×${track.height}, ${Math.round(track.fps ?? 0)} fps`;
  const rows = [
    [t(latency?.measured ? 'latency' : 'latencyEstimate'), latency && milliseconds(latency.totalMs)],
    [
      t('latencyParts'),
      latency?.parts && `${milliseconds(latency.parts.toEdgeMs)} + ${milliseconds(latency.parts.toHereMs)}`,
    ],
    [
      t('buffer'),
      track.bufferMs === undefined ? undefined : `${round(track.bufferMs)} / ${round(track.bufferTargetMs)} ms`,
    ],
    [t('resolution'), size],
    [t('bitrate'), track.bitrateBps === undefined ? undefined : bitrate(track.bitrateBps)],
    [t('codec'), [track.codec, track.layer].filter(Boolean).join(', ') || undefined],
    [t('loss'), track.loss === undefined ? undefined : percent(track.loss)],
  ] as const;
  return (
    <div
      className={styles.track}
      data-testid="statistics-track"
      data-source={word}
      data-latency={latency?.totalMs}
      data-measured={latency?.measured}
    >
      <h4>{[name, word && t(word)].filter(Boolean).join(', ')}</h4>
      {track.lowered && <p>{t('lowered')}</p>}
      <dl>
        {rows.map(
          ([label, value]) =>
            value !== undefined && (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </div>
  );
}

function round(ms: number | undefined): string {
  return ms === undefined ? '–' : String(Math.round(ms));
}
