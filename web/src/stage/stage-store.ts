import { createStore } from 'zustand/vanilla';
import { readRemembered, remember } from '../lib/remembered.ts';
import type { StageChoice } from './arrange.ts';

export interface StageState extends StageChoice {
  /** Page of the grid, from 0. */
  page: number;
  /** Receives smaller pictures than there is room for. */
  savesBandwidth: boolean;
  /** Receives no pictures at all. */
  audioOnly: boolean;
}

const key = 'canopy.stage';
const initial: StageState = {
  layout: 'grid',
  pinned: null,
  hideWithoutVideo: false,
  showSelf: true,
  page: 0,
  savesBandwidth: false,
  audioOnly: false,
};

/** How this person looks at meetings. What is a habit is remembered; a pin and a page are of one meeting. */
export const stage = createStore<StageState>(() => ({ ...initial, ...readRemembered<Partial<StageState>>(key, {}) }));

stage.subscribe(({ layout, hideWithoutVideo, showSelf, savesBandwidth }) => {
  remember(key, { layout, hideWithoutVideo, showSelf, savesBandwidth });
});

export function togglePin(participantId: string): void {
  stage.setState(({ pinned }) => ({ pinned: pinned === participantId ? null : participantId }));
}

export function toggleLayout(): void {
  stage.setState(({ layout }) => ({ layout: layout === 'grid' ? 'speaker' : 'grid', pinned: null }));
}

/** What a new meeting begins with. */
export function resetStage(): void {
  stage.setState({ pinned: null, page: 0, audioOnly: false });
}
