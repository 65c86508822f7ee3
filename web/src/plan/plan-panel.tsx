import { useTranslation } from 'react-i18next';
import { SidePanel } from '../design/side-panel.tsx';
import { PlanView } from './plan-view.tsx';

/** Beside the meeting: how it travels between edges. */
export default function PlanPanel({ meetingId, onClose }: { meetingId: string; onClose: () => void }) {
  const { t } = useTranslation('mesh');
  return (
    <SidePanel title={t('travels')} onClose={onClose}>
      <PlanView meetingId={meetingId} />
    </SidePanel>
  );
}
