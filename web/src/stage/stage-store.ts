import { createStore } from 'zustand/vanilla';
import { readRemembered, remember } from '../lib/remembered.ts';
import type { StageChoice } from './arrange.ts';

export interface StageState extends StageChoice {
  /** Something is shown large. */
  large: boolean;
  /** What takes the stage, whatever a person chose before: keys of tiles. */
  taken: readonly string[];
  /** What took it when they chose to see everybody instead: that they have seen. */
  passedOver: readonly string[];
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
  taken: [],
  passedOver: [],
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
export function nextLayout({ large, everybody, layout }: StageState): 'toGrid' | 'toFocus' | 'toSpeaker' {
  if (large) return 'toGrid';
  if (everybody) return 'toFocus';
  return layout === 'grid' ? 'toSpeaker' : 'toGrid';
}

export function toggleLayout(): void {
  stage.setState((state) => {
    const next = nextLayout(state);
    if (next === 'toFocus') return { everybody: false, passedOver: [] };
    if (next === 'toSpeaker') return { layout: 'speaker' };
    // For as long as something takes the stage: what a person is used to comes back after it.
    if (state.taken.length > 0) return { pinned: null, everybody: true, passedOver: state.taken };
    return { layout: 'grid', pinned: null };
  });
}

/** What the stage shows now. Something else that takes it is shown large again, what was passed over and comes back is not; a grid and a strip begin at their first page. */
export function tellShown({ large, taken, page }: Pick<StageState, 'large' | 'taken' | 'page'>): void {
  stage.setState((before) => {
    const isPassed = taken.every((key) => before.passedOver.includes(key));
    return {
      large,
      taken,
      everybody: taken.length > 0 && isPassed,
      passedOver: isPassed ? before.passedOver : [],
      page: before.large === large ? page : 0,
    };
  });
}

/** What a new meeting begins with. */
export function resetStage(): void {
  stage.setState({ pinned: null, everybody: false, passedOver: [], page: 0, audioOnly: false });
}
