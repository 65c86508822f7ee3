import { type Meeting, TrackSource } from '@canopy/client';
import { type RefObject, useRef, useState } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { Icon } from '../design/icon.tsx';
import { cx } from '../lib/cx.ts';
import type { Tile } from '../meeting/tiles.ts';
import { useFollowed } from '../meeting/use-followed.ts';
import { useMeetingView } from '../meeting/view-store.ts';
import { RemovalDialog } from '../moderation/removal-dialog.tsx';
import { isManager } from '../moderation/use-moderation.ts';
import { usePersonActions } from '../moderation/use-person-actions.ts';
import { stage, togglePin } from './stage-store.ts';
import styles from './tile-menu.module.css';
import { VolumeSlider } from './volume-slider.tsx';
import { soundOf } from './volumes.ts';

/** What hosts do about somebody where they see them. The rest is in the list of who is there. */
const onTile: Record<Tile['source'], readonly string[]> = {
  [TrackSource.CAMERA]: ['mute', 'ask-to-unmute', 'stop-camera', 'remove'],
  [TrackSource.SCREEN]: ['stop-screen'],
};

export interface TileMenuProps {
  tile: Tile;
  /** What the tile is called: the menu shows it whole, where the tile has no room for it. */
  name: string;
  meeting: Meeting;
  /** Where the picture is, for picture-in-picture. */
  video: () => HTMLVideoElement | null;
}

/** What one can do about somebody's picture and voice, and a host about whose they are. */
export function TileMenu({ tile, name, meeting, video }: TileMenuProps) {
  const { t } = useTranslation('stage');
  const [removes, setRemoves] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <DialogTrigger>
        <AriaButton
          ref={button}
          className={cx(styles.button)}
          aria-label={t('more', { name: tile.name })}
          data-testid="tile-menu"
        >
          <Icon name="dots" size={18} />
        </AriaButton>
        <Popover className={cx(styles.popover)} placement="bottom left" offset={6}>
          <Dialog className={cx(styles.dialog)} aria-label={t('more', { name: tile.name })}>
            {({ close }) => (
              <>
                <h2 className={styles.name} dir="auto">
                  {name}
                </h2>
                <Actions
                  tile={tile}
                  meeting={meeting}
                  video={video}
                  button={button}
                  close={close}
                  onRemove={() => setRemoves(true)}
                />
              </>
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
      {removes && (
        <RemovalDialog
          meeting={meeting}
          person={{ id: tile.participantId, name: tile.name }}
          onClose={() => setRemoves(false)}
          onError={tell}
        />
      )}
    </>
  );
}

interface ActionsProps extends Omit<TileMenuProps, 'name'> {
  /** What opened the menu. */
  button: RefObject<HTMLButtonElement | null>;
  close: () => void;
  onRemove: () => void;
}

function Actions({ tile, meeting, video, button, close, onRemove }: ActionsProps) {
  const { t } = useTranslation('stage');
  useFollowed(button);
  const view = useMeetingView(meeting);
  const manages = isManager(view);
  const person = view.participants.get(tile.participantId);
  const moderating = usePersonActions({ meeting, view, person, onRemove, onError: tell });
  const sound = soundOf(tile.source);
  const isHeard = [...view.tracks.values()].some(
    ({ participantId, source }) => participantId === tile.participantId && source === sound,
  );
  const pinned = useStore(stage, (state) => state.pinned === tile.participantId);
  const picture = document.pictureInPictureEnabled ? video() : null;
  const then = (act: () => unknown) => () => {
    act();
    close();
  };
  return (
    <>
      {tile.source === TrackSource.CAMERA && (
        <Button data-testid="pin" onPress={then(() => togglePin(tile.participantId))}>
          {t(pinned ? 'unpin' : 'pin')}
        </Button>
      )}
      {tile.source === TrackSource.CAMERA && manages && (
        <Button
          data-testid="spotlight"
          onPress={then(() => meeting.setSpotlight(tile.participantId, !tile.spotlit).catch(tell))}
        >
          {t(tile.spotlit ? 'endSpotlight' : 'spotlight')}
        </Button>
      )}
      {picture !== null && (
        <Button data-testid="pip" onPress={then(() => picture.requestPictureInPicture().catch(tell))}>
          {t('pip')}
        </Button>
      )}
      {tile.kind === 'remote' && isHeard && (
        <VolumeSlider participantId={tile.participantId} name={tile.name} sound={sound} />
      )}
      {moderating
        .filter(({ id }) => onTile[tile.source].includes(id))
        .map(({ id, label, act, danger = false }) => (
          <Button key={id} look={danger ? 'danger' : 'quiet'} data-testid={id} onPress={then(act)}>
            {label}
          </Button>
        ))}
    </>
  );
}

/** They left at this very moment, or the browser refuses: the view shows it. */
function tell(error: unknown): void {
  console.debug('canopy: nothing changed', error);
}
