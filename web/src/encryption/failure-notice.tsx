import { type DecryptionFailure, type Meeting, type MeetingView, TrackSource } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { isHosted } from '../lib/remembered.ts';
import { failingOf } from './failing.ts';
import { KeyForm } from './key-form.tsx';

/** More are only counted. */
const mostShown = 4;

const whatOf = {
  [TrackSource.UNSPECIFIED]: 'camera',
  [TrackSource.CAMERA]: 'camera',
  [TrackSource.MICROPHONE]: 'microphone',
  [TrackSource.SCREEN]: 'screen',
  [TrackSource.SCREEN_AUDIO]: 'screen',
} as const;

export interface FailureNoticeProps {
  meeting: Meeting;
  view: MeetingView;
  failures: ReadonlyMap<string, DecryptionFailure>;
}

/** Says whose sound and pictures can't be decrypted. Takes another key where this person's own may be the wrong one: nobody else's can be decrypted either, and the meeting was not made in this browser. */
export function FailureNotice({ meeting, view, failures }: FailureNoticeProps) {
  const { t, i18n } = useTranslation(['encryption', 'common']);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const { people, othersArrive } = failingOf(view, failures.keys());
  if (people.every(({ id }) => dismissed.has(id))) return <div role="status" />;

  const isTheirs = othersArrive || isHosted(view.mainMeetingId);
  const shown = people.slice(0, mostShown).map(({ name }) => name);
  const rest = people.length - shown.length;
  const names = rest === 0 ? shown : [...shown, t('others', { count: rest })];
  const dismiss = () => setDismissed(new Set(people.map(({ id }) => id)));
  return (
    <Notice testId="encryption-notice" actions={<Button onPress={dismiss}>{t('common:dismiss')}</Button>}>
      <div role="status">
        <h2>
          {isTheirs ? t('failedFrom', { names: new Intl.ListFormat(i18n.language).format(names) }) : t('failedTitle')}
        </h2>
        <p>{t('failedText')}</p>
        {!isTheirs && <Failures view={view} failures={failures} />}
      </div>
      {!isTheirs && <KeyForm meeting={meeting} />}
    </Notice>
  );
}

function Failures({ view, failures }: Pick<FailureNoticeProps, 'view' | 'failures'>) {
  const { t } = useTranslation('encryption');
  const all = [...failures].flatMap(([trackId, { reason }]) => {
    const track = view.tracks.get(trackId);
    return track === undefined ? [] : [{ track, reason }];
  });
  return (
    <ul>
      {all.slice(0, mostShown).map(({ track: { id, participantId, source }, reason }) => (
        <li key={id} data-testid="encryption-failure" data-reason={reason}>
          {t('failed', { name: view.participants.get(participantId)?.name ?? '', what: t(whatOf[source]) })} {t(reason)}
        </li>
      ))}
      {all.length > mostShown && <li>{t('more', { count: all.length - mostShown })}</li>}
    </ul>
  );
}
