import { createStore } from 'zustand/vanilla';
import { readRemembered, remember } from '../lib/remembered.ts';
import type { StageChoice } from './arrange.ts';

export interface StageState extends StageChoice {
  /** Something is shown large. */
  large: boolean;
  /** What takes the stage, whatever a person chose before; empty: nothing. */
  taken: string;
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
  everybody: false,
  large: false,
  taken: '',
  hideWithoutVideo: false,
  showSelf: true,
  page: 0,
  savesBandwidth: false,
  audioOnly: false,
};

/** How this person looks at meetings. What is a habit is remembered; a pin, a page and seeing everybody instead of a screen are of one meeting. */
export const stage = createStore<StageState>(() => ({ ...initial, ...readRemembered<Partial<StageState>>(key, {}) }));

stage.subscribe(({ layout, hideWithoutVideo, showSelf, savesBandwidth }) => {
  remember(key, { layout, hideWithoutVideo, showSelf, savesBandwidth });
});

export function togglePin(participantId: string): void {
  stage.setState(({ pinned }) => ({ pinned: pinned === participantId ? null : participantId }));
}

/** What `toggleLayout` does now: show all alike, or large what takes the stage, or whoever speaks. */
export function nextLayout({ large, everybody }: StageState): 'toGrid' | 'toFocus' | 'toSpeaker' {
  if (large) return 'toGrid';
  return everybody ? 'toFocus' : 'toSpeaker';
}

export function toggleLayout(): void {
  stage.setState((state) => {
    const next = nextLayout(state);
    if (next === 'toGrid') return { layout: 'grid', pinned: null, everybody: state.taken !== '' };
    return next === 'toFocus' ? { everybody: false } : { layout: 'speaker' };
  });
}

/** What the stage shows now. Something else that takes it is shown large again; a grid and a strip begin at their first page. */
export function tellShown({ large, taken, page }: Pick<StageState, 'large' | 'taken' | 'page'>): void {
  stage.setState((before) => ({
    large,
    taken,
    everybody: before.everybody && before.taken === taken,
    page: before.large === large ? page : 0,
  }));
}

/** What a new meeting begins with. */
export function resetStage(): void {
  stage.setState({ pinned: null, everybody: false, page: 0, audioOnly: false });
}
