import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nextLayout, stage, tellShown, toggleLayout, togglePin } from './stage-store.ts';

beforeEach(() => void vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} }));

afterEach(() => {
  stage.setState(stage.getInitialState(), true);
  vi.unstubAllGlobals();
});

const shown = { large: false, taken: [], page: 0 };
const next = () => nextLayout(stage.getState());

test('between a grid and whoever speaks one goes back and forth', () => {
  expect(next()).toBe('toSpeaker');
  toggleLayout();
  expect(stage.getState()).toMatchObject({ layout: 'speaker', everybody: false });
  tellShown({ ...shown, large: true });
  expect(next()).toBe('toGrid');
  toggleLayout();
  expect(stage.getState()).toMatchObject({ layout: 'grid', everybody: false });
});

test('from a screen or spotlight one gets to the grid and back, until something else takes the stage', () => {
  tellShown({ ...shown, large: true, taken: ['screen'] });
  expect(next()).toBe('toGrid');
  toggleLayout();
  expect(stage.getState()).toMatchObject({ layout: 'grid', everybody: true });
  tellShown({ ...shown, taken: ['screen'] });
  expect(next()).toBe('toFocus');
  toggleLayout();
  expect(stage.getState()).toMatchObject({ layout: 'grid', everybody: false });
  toggleLayout();
  tellShown({ ...shown, large: true, taken: ['screen'] });
  toggleLayout();
  expect(stage.getState().everybody).toBe(true);
  tellShown({ ...shown, taken: ['screen', 'another screen'] });
  expect(stage.getState().everybody).toBe(false);
});

test('who passed over what takes the stage is not shown it again, also when some of it goes, or comes back', () => {
  tellShown({ ...shown, large: true, taken: ['screen', 'spotlit'] });
  toggleLayout();
  for (const taken of [['screen'], ['screen', 'spotlit'], [], ['spotlit']]) {
    tellShown({ ...shown, taken });
    expect(stage.getState().everybody).toBe(taken.length > 0);
  }
});

test('whoever is used to seeing who speaks does so again after a screen that was passed over', () => {
  toggleLayout();
  expect(next()).toBe('toGrid');
  tellShown({ ...shown, large: true, taken: ['screen'] });
  toggleLayout();
  expect(stage.getState()).toMatchObject({ layout: 'speaker', everybody: true });
  tellShown(shown);
  expect(stage.getState()).toMatchObject({ layout: 'speaker', everybody: false });
});

test('a pin is given up for the grid, whatever else takes the stage', () => {
  togglePin('ada');
  tellShown({ ...shown, large: true, taken: ['screen'] });
  toggleLayout();
  expect(stage.getState()).toMatchObject({ layout: 'grid', pinned: null, everybody: true });
});

test('a grid and a strip begin at their first page, and a page that is not there is put right', () => {
  tellShown({ ...shown, page: 2 });
  expect(stage.getState().page).toBe(2);
  tellShown({ ...shown, large: true, page: 2 });
  expect(stage.getState().page).toBe(0);
});
