import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPage } from '../design/error-page.tsx';
import { Message } from '../design/message.tsx';
import { api } from '../lib/api.ts';
import { replacePage } from '../lib/router.ts';
import { usePolled } from '../lib/use-polled.ts';
import { useAccount } from './use-account.ts';

/** `/r/<handle>`: somebody's personal room. Its owner opens it; guests wait until they are there. */
export default function RoomPage({ handle }: { handle: string }) {
  const { t } = useTranslation(['account', 'common']);
  const [account] = useAccount();
  // Whoever can't be asked for comes in as a guest, and may come again.
  const isOwner = account.status === 'loading' ? null : account.status === 'ready' && account.value?.handle === handle;
  const load = useCallback(async () => {
    const room = await api.account.getRoom(handle);
    return isOwner === true ? { ...room, meetingId: (await api.account.openRoom()).id } : room;
  }, [handle, isOwner]);
  const { value, error } = usePolled(load);
  const meetingId = isOwner === null ? null : (value?.meetingId ?? null);
  useEffect(() => {
    if (meetingId !== null) replacePage(`/m/${meetingId}${isOwner === true ? '?role=host' : ''}`);
  }, [meetingId, isOwner]);
  if (error !== null && value === null) return <ErrorPage error={error} />;
  if (value === null) return <Message title={t('common:loading')} />;
  return <Message title={t('roomOf', { name: value.hostName })} text={t('hostAway', { name: value.hostName })} />;
}
