import type { MeetingInvitation } from '@canopy/client';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { SignIn } from '../account/sign-in.tsx';
import { useAccount } from '../account/use-account.ts';
import { Page } from '../design/page.tsx';
import { api } from '../lib/api.ts';
import { useResource } from '../lib/use-resource.ts';
import { RecordingList } from './recording-list.tsx';
import styles from './recordings-page.module.css';

/** `/m/…/recordings`: what was recorded of a meeting, to watch, to download and to delete. */
export default function RecordingsPage({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('recording');
  const [account, setAccount] = useAccount();
  const who = account.status === 'ready' ? account.value : undefined;
  const load = useCallback(
    async () => ({ recordings: await api.recordings.list(meetingId), nextCursor: null }),
    [meetingId],
  );
  const meeting = useMeeting(meetingId, who?.id);
  const toMeeting = (
    <a className={styles.link} href={`/m/${meetingId}`}>
      {t('toMeeting')}
    </a>
  );
  return (
    <Page
      title={meeting?.title ? t('recordingsOf', { title: meeting.title }) : t('recordings')}
      actions={meeting !== undefined && meeting.status !== 'ended' && toMeeting}
    >
      <RecordingList
        key={who?.id}
        load={load}
        none={t('none')}
        refused={who === null ? <SignIn onSignedIn={setAccount} /> : undefined}
      />
    </Page>
  );
}

/** The meeting, as far as this person may know it; undefined until they may. `whoId`: another one may know more. */
function useMeeting(meetingId: string, whoId: string | undefined): MeetingInvitation | undefined {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another account is what loads again
  const load = useCallback(() => api.getInvitation(meetingId), [meetingId, whoId]);
  const meeting = useResource(load);
  return meeting.status === 'ready' ? meeting.value : undefined;
}
