import type { MeetingLink, RoleName } from '@canopy/client';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { CopyButton } from '../design/copy-button.tsx';
import { CopyField } from '../design/copy-field.tsx';
import { Dialog } from '../design/dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { invitationLink } from '../encryption/invitation-link.ts';
import { apiFor } from '../lib/api.ts';
import { readInvitation } from '../lib/invitation.ts';
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
  const load = useCallback(() => Promise.all([source.list(), hasPassword(meetingId)]), [source, meetingId]);
  const loaded = useResource(load);
  const [fresh, setFresh] = useState<readonly Link[] | null>(null);
  const { busy, error, run } = useAction();
  const [known, asksForPassword] = loaded.status === 'ready' ? loaded.value : [[], false];
  const links = fresh ?? known;
  // Only where some watch the others are speakers.
  const hasAudience = links.some(({ role }) => role === 'attendee');
  const stageLink = links.find(({ role }) => role === 'panelist');
  const revoke = () => void run(async () => setFresh(await source.revoke()));
  return (
    <Dialog title={t('title')} onClose={onClose}>
      <p className={styles.hint}>{t('hint')}</p>
      {asksForPassword && <p data-testid="password-too">{t('passwordToo')}</p>}
      {loaded.status === 'loading' && <Loading />}
      {loaded.status === 'failed' && <ErrorNotice error={loaded.error} onRetry={loaded.retry} />}
      {error !== null && <ErrorNotice error={error} />}
      <ul className={styles.links} data-testid="links">
        {links.toReversed().map((link) => (
          <LinkRow
            key={link.token}
            name={t(nameOf(link.role, hasAudience))}
            link={link}
            url={invitationLink(meetingId, link.token, encryptionKey)}
          />
        ))}
      </ul>
      <CopyField label={t('id')} value={meetingId} testId="meeting-id" />
      {stageLink !== undefined && !encrypted && (
        <WhipPublishing
          meetingId={meetingId}
          link={stageLink.token}
          roleName={t(nameOf(stageLink.role, hasAudience))}
        />
      )}
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

function LinkRow({ name, link: { role }, url }: { name: string; link: Link; url: string }) {
  const { t } = useTranslation('links');
  return (
    <li className={styles.link} data-testid={`link-${role}`} data-url={url}>
      <div className={styles.who}>
        <strong>{name}</strong>
        <span>{t(explained[role])}</span>
      </div>
      <CopyButton text={url} label={t('copy')} spoken={t('copyName', { name })} />
    </li>
  );
}

/** False where it is not known: whoever came with a token of their own may not ask. */
async function hasPassword(meetingId: string): Promise<boolean> {
  const asking = apiFor(readInvitation(location.search, location.hash));
  return await asking.getInvitation(meetingId).then(
    (invitation) => invitation.hasPassword,
    () => false,
  );
}

function nameOf(role: RoleName, hasAudience: boolean) {
  return role === 'panelist' && !hasAudience ? 'participant' : role;
}

const explained = {
  host: 'hostMay',
  cohost: 'cohostMay',
  panelist: 'panelistMay',
  attendee: 'attendeeMay',
} as const satisfies Record<RoleName, string>;
