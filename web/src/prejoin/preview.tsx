import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Avatar } from '../design/avatar.tsx';
import { VideoView } from '../design/video-view.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { DeviceToggle } from '../devices/device-toggle.tsx';
import { MicrophoneMeter } from '../devices/microphone-meter.tsx';
import styles from './preview.module.css';

/** How others will see this person, and whether they will hear them. */
export function Preview({ name, camera, microphone }: { name: string; camera: DeviceStore; microphone: DeviceStore }) {
  const { t } = useTranslation('meeting');
  const video = useStore(camera);
  const audio = useStore(microphone);
  return (
    <section className={styles.preview} aria-label={t('preview')}>
      {video.track === null ? (
        <div className={styles.none}>
          <Avatar name={name} />
          <p>{t(video.starting ? 'startingCamera' : 'cameraOff')}</p>
        </div>
      ) : (
        <VideoView track={video.track} mirrored label={t('yourCamera')} />
      )}
      <div className={styles.meter}>
        <MicrophoneMeter track={audio.on ? audio.track : null} />
        <span>{t(audio.on ? 'saySomething' : 'microphoneOff')}</span>
      </div>
      <div className={styles.controls}>
        <DeviceToggle kind="microphone" device={microphone} />
        <DeviceToggle kind="camera" device={camera} />
      </div>
    </section>
  );
}
