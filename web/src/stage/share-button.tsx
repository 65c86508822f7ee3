import { type Meeting, type MeetingView, TrackSource } from '@canopy/client';
import { MenuTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Menu, MenuItem } from '../design/menu.tsx';
import { RoundButton } from '../design/round-button.tsx';
import { type ScreenContent, shareScreen, stopSharing } from '../meeting/screen-share.ts';

export interface ShareButtonProps {
  meeting: Meeting;
  view: MeetingView;
  onError: (error: unknown) => void;
}

/** Shares a screen, as text or as film. */
export function ShareButton({ meeting, view, onError }: ShareButtonProps) {
  const { t } = useTranslation('stage');
  if (!('getDisplayMedia' in (navigator.mediaDevices ?? {}))) return null;
  if (view.self.published.has(TrackSource.SCREEN)) {
    return (
      <RoundButton
        icon="screen"
        label={t('stopSharing')}
        look="active"
        data-testid="toggle-screen"
        data-on={true}
        onPress={() => void stopSharing(meeting).catch(onError)}
      />
    );
  }
  const share = (content: ScreenContent) => () => void shareScreen(meeting, content).catch(onError);
  return (
    <MenuTrigger>
      <RoundButton icon="screen" label={t('share')} data-testid="toggle-screen" data-on={false} />
      <Menu label={t('share')} placement="top">
        <MenuItem data-testid="share-text" onAction={share('detail')}>
          {t('forText')}
        </MenuItem>
        <MenuItem data-testid="share-motion" onAction={share('motion')}>
          {t('forMotion')}
        </MenuItem>
      </Menu>
    </MenuTrigger>
  );
}
