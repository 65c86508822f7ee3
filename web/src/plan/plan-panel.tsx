import { SidePanel } from '../design/side-panel.tsx';
import { PlanView } from './plan-view.tsx';

/** Beside the meeting: how it travels between edges. */
export default function PlanPanel({ meetingId, onClose }: { meetingId: string; onClose: () => void }) {
  return (
    <SidePanel title="How it travels" onClose={onClose}>
      <PlanView meetingId={meetingId} />
    </SidePanel>
  );
}
