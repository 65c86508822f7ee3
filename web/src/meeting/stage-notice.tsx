import { type MeetingView, Role } from '@canopy/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import type { DeviceStore } from '../devices/device-store.ts';

export interface StageNoticeProps {
  view: MeetingView;
  camera: DeviceStore;
  microphone: DeviceStore;
}

/** Tells somebody that they were brought onto the stage, until they use it, or that they are in the audience again. */
export function StageNotice({ view, camera, microphone }: StageNoticeProps) {
  const { t } = useTranslation(['meeting', 'common']);
  const onStage = view.self.role !== Role.ATTENDEE;
  const [wasOnStage, setWasOnStage] = useState(onStage);
  const [isNews, setIsNews] = useState(false);
  const heard = useStore(microphone, ({ on }) => on);
  const seen = useStore(camera, ({ on }) => on);
  if (onStage !== wasOnStage) {
    setWasOnStage(onStage);
    setIsNews(true);
  }

  useEffect(() => {
    if (onStage && (heard || seen)) setIsNews(false);
  }, [onStage, heard, seen]);

  return (
    <div role="status">
      {isNews && (
        <Notice testId="stage-notice" actions={<Button onPress={() => setIsNews(false)}>{t('common:dismiss')}</Button>}>
          {t(onStage ? 'onStage' : 'inAudience')}
        </Notice>
      )}
    </div>
  );
}
