import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { api } from '../lib/api.ts';
import { navigate } from '../lib/router.ts';
import { useResource } from '../lib/use-resource.ts';

/** Leads a host who has left to what was recorded of the meeting, if anything was. */
export function RecordingsButton({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('recording');
  const load = useCallback(() => api.recordings.list(meetingId), [meetingId]);
  const recordings = useResource(load);
  if (recordings.status !== 'ready' || recordings.value.length === 0) return null;
  return (
    <Button data-testid="to-recordings" onPress={() => navigate(`/m/${meetingId}/recordings`)}>
      {t('recordings')}
    </Button>
  );
}
