import type { MeetingLink, RoleName } from '@canopy/client';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { CopyButton } from '../design/copy-button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { invitationLink } from '../encryption/invitation-link.ts';
import { useAction } from '../lib/use-action.ts';
import { useResource } from '../lib/use-resource.ts';
import styles from './links-dialog.module.css';
import { WhipPublishing } from './whip-publishing.tsx';

type Link = Pick<MeetingLink, 'role' | 'token'>;

export interface LinksDialogProps {
  meetingId: string;
  /** Where links come from: the meeting one is in, or the REST API. */
  source: { list(): Promise<Link[]>; revoke(): Promise<Link[]> };
  mayRevoke: boolean;
  /** Encrypted end to end: no other program can take part. */
  encrypted: boolean;
  /** Of an encrypted meeting; undefined: the one that this page was opened with. */
  encryptionKey?: string | undefined;
  onClose: () => void;
}

/** Who is invited as what: one link for each role, to be copied. */
export function LinksDialog({ meetingId, source, mayRevoke, encrypted, encryptionKey, onClose }: LinksDialogProps) {
  const { t } = useTranslation('links');
  const load = useCallback(() => source.list(), [source]);
  const loaded = useResource(load);
  const [fresh, setFresh] = useState<readonly Link[] | null>(null);
  const { busy, error, run } = useAction();
  const links = fresh ?? (loaded.status === 'ready' ? loaded.value : []);
  const stageLink = links.find(({ role }) => role === 'panelist');
  const revoke = () => void run(async () => setFresh(await source.revoke()));
  return (
    <Dialog title={t('title')} onClose={onClose}>
      <p className={styles.hint}>{t('hint')}</p>
      {loaded.status === 'loading' && <Loading />}
      {loaded.status === 'failed' && <ErrorNotice error={loaded.error} onRetry={loaded.retry} />}
      {error !== null && <ErrorNotice error={error} />}
      <ul className={styles.links} data-testid="links">
        {links.toReversed().map((link) => (
          <LinkRow key={link.token} link={link} url={invitationLink(meetingId, link.token, encryptionKey)} />
        ))}
      </ul>
      {stageLink !== undefined && !encrypted && <WhipPublishing meetingId={meetingId} link={stageLink.token} />}
      <p role="status" className={styles.hint}>
        {fresh !== null && t('revoked')}
      </p>
      <div className={styles.foot}>
        {mayRevoke ? (
          <Button unavailable={busy} data-testid="revoke-links" onPress={revoke}>
            {t('revoke')}
          </Button>
        ) : (
          <span />
        )}
        <Button onPress={onClose}>{t('close', { ns: 'common' })}</Button>
      </div>
    </Dialog>
  );
}

function LinkRow({ link: { role }, url }: { link: Link; url: string }) {
  const { t } = useTranslation('links');
  return (
    <li className={styles.link} data-testid={`link-${role}`} data-url={url}>
      <div className={styles.who}>
        <strong>{t(names[role])}</strong>
        <span>{t(explained[role])}</span>
      </div>
      <CopyButton text={url} label={t('copy')} spoken={t('copyName', { name: t(names[role]) })} />
    </li>
  );
}

const names = { host: 'host', cohost: 'cohost', panelist: 'panelist', attendee: 'attendee' } as const satisfies Record<
  RoleName,
  string
>;
const explained = {
  host: 'hostMay',
  cohost: 'cohostMay',
  panelist: 'panelistMay',
  attendee: 'attendeeMay',
} as const satisfies Record<RoleName, string>;
