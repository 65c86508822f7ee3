import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { ErrorPage } from '../design/error-page.tsx';
import { Message } from '../design/message.tsx';
import { api } from '../lib/api.ts';
import { navigate, replacePage } from '../lib/router.ts';
import { useResource } from '../lib/use-resource.ts';

/** `/s/<scheduleId>`: the link of a series, which leads to its meeting that is on or comes next. */
export default function SchedulePage({ scheduleId }: { scheduleId: string }) {
  const { t } = useTranslation(['calendar', 'common']);
  const load = useCallback(() => api.schedules.invitation(scheduleId), [scheduleId]);
  const invitation = useResource(load);
  const next = invitation.status === 'ready' ? invitation.value.next : null;
  useEffect(() => {
    if (next !== null) replacePage(`/m/${next.meetingId}${location.search}${location.hash}`);
  }, [next]);
  if (invitation.status === 'failed') return <ErrorPage error={invitation.error} onRetry={invitation.retry} />;
  if (invitation.status === 'loading' || next !== null) return <Message title={t('common:loading')} />;
  return (
    <Message title={t('noneLeft')} text={t('noneLeftText')}>
      <Button onPress={() => navigate('/')}>{t('common:home')}</Button>
    </Message>
  );
}
