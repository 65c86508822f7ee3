import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Check } from '../design/check.tsx';
import { stage } from '../stage/stage-store.ts';
import styles from './settings-dialog.module.css';

/** How one looks at the meeting, and what it may cost. */
export function ViewSettings() {
  const { t } = useTranslation('stage');
  const { audioOnly, savesBandwidth, hideWithoutVideo, showSelf } = useStore(stage);
  return (
    <fieldset className={styles.section}>
      <legend>{t('view')}</legend>
      <Check
        label={t('audioOnly')}
        on={audioOnly}
        testId="audio-only"
        onChange={(on) => stage.setState({ audioOnly: on })}
      />
      <Check
        label={t('saver')}
        on={savesBandwidth}
        testId="saver"
        onChange={(on) => stage.setState({ savesBandwidth: on })}
      />
      <Check
        label={t('hideWithoutVideo')}
        on={hideWithoutVideo}
        onChange={(on) => stage.setState({ hideWithoutVideo: on })}
      />
      <Check label={t('showSelf')} on={showSelf} onChange={(on) => stage.setState({ showSelf: on })} />
    </fieldset>
  );
}
