import type { MeetingView } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';

/** Tells whoever a host puts before everybody’s eyes, until they have put that away or it ends. */
export function SpotlightNotice({ view }: { view: MeetingView }) {
  const { t } = useTranslation(['stage', 'moderation', 'common']);
  const { participants, self } = view;
  const { spotlight = false, spotlightBy = '' } = participants.get(self.participantId) ?? {};
  const spotlit = spotlight && spotlightBy !== self.participantId;
  // Who comes back to it knows.
  const [known, setKnown] = useState(spotlit);
  if (!spotlit && known) setKnown(false);
  return (
    <div role="status">
      {spotlit && !known && (
        <Notice testId="spotlit" actions={<Button onPress={() => setKnown(true)}>{t('common:dismiss')}</Button>}>
          {t('spotlitBy', { name: participants.get(spotlightBy)?.name ?? t('moderation:somebody') })}
        </Notice>
      )}
    </div>
  );
}
