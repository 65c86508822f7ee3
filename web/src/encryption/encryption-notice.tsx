import type { Meeting, MeetingView } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Notice } from '../design/notice.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { KeyForm } from './key-form.tsx';
import { useEncryption } from './use-encryption.ts';

/** Says so when this person has no key, or when something can't be decrypted. */
export function EncryptionNotice({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation('encryption');
  const { on, code, deriving, failures } = useEncryption(meeting);
  if (!on) return null;
  if (deriving) return <div role="status" />;
  if (code !== null) return <FailureNotice key={code} meeting={meeting} view={view} failures={failures} />;
  return (
    <Notice testId="encryption-notice">
      <div role="status">
        <h2>{t('noKey')}</h2>
        <p>{t('noKeyText')}</p>
      </div>
      <KeyForm meeting={meeting} />
    </Notice>
  );
}
