import { type DecryptionFailure, type Meeting, type MeetingView, TrackSource } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Notice } from '../design/notice.tsx';
import { KeyForm } from './key-form.tsx';
import { useEncryption } from './use-encryption.ts';

/** More are only counted. */
const mostShown = 4;

const whatOf = {
  [TrackSource.UNSPECIFIED]: 'camera',
  [TrackSource.CAMERA]: 'camera',
  [TrackSource.MICROPHONE]: 'microphone',
  [TrackSource.SCREEN]: 'screen',
  [TrackSource.SCREEN_AUDIO]: 'screen',
} as const;

/** Says so when this person has no key, or when something can't be decrypted, whose it is and why. */
export function EncryptionNotice({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation('encryption');
  const { on, code, deriving, failures } = useEncryption(meeting);
  if (!on) return null;
  const missing = code === null;
  const shown = [...failures].filter(([trackId]) => view.tracks.has(trackId));
  if (deriving || (!missing && shown.length === 0)) return <div role="status" />;

  const textOf = ([trackId, { reason }]: [string, DecryptionFailure]) => {
    const track = view.tracks.get(trackId);
    const name = view.participants.get(track?.participantId ?? '')?.name ?? '';
    const what = t(whatOf[track?.source ?? TrackSource.UNSPECIFIED]);
    return `${t('failed', { name, what })} ${t(reason)}`;
  };

  return (
    <Notice testId="encryption-notice">
      <div role="status">
        <h2>{t(missing ? 'noKey' : 'failedTitle')}</h2>
        <p>{t(missing ? 'noKeyText' : 'failedText')}</p>
        {!missing && (
          <ul>
            {shown.slice(0, mostShown).map((failure) => (
              <li key={failure[0]} data-testid="encryption-failure" data-reason={failure[1].reason}>
                {textOf(failure)}
                {/* It grows all the time, which nobody wants to hear. */}
                <span aria-hidden="true"> {t('frames', { frames: failure[1].frames })}</span>
              </li>
            ))}
            {shown.length > mostShown && <li>{t('more', { count: shown.length - mostShown })}</li>}
          </ul>
        )}
      </div>
      <KeyForm meeting={meeting} />
    </Notice>
  );
}
