import { type MeetingView, Role } from '@canopy/client';
import { useConfig } from '../lib/config.tsx';

/** Whether this person may manage the meeting over the REST API: hosts, where the page is allowed to ask for that. */
export function useManages(view: MeetingView): boolean {
  const config = useConfig();
  return view.self.role === Role.HOST && config.status === 'ready' && config.value.openAccess;
}
