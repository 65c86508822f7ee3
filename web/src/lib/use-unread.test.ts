import { createElement, useState } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rememberReadUpTo } from './remembered.ts';
import { meetingToRead, type Reading, useUnread } from './use-unread.ts';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Somebody who stays through all that. */
function Reader({ readings }: { readings: Reading[] }) {
  const [step, setStep] = useState(0);
  const unread = useUnread(readings[step] as Reading);
  if (step < readings.length - 1) setStep(step + 1);
  return unread;
}

/** How many are unread in the end. */
function unreadAfter(...readings: Reading[]): number {
  return Number(renderToStaticMarkup(createElement(Reader, { readings })));
}

/** Of the main meeting, unless it says otherwise; `sequences`: of others. The clock of the server is so much ahead of this one. */
function reading(sequences: number[], change: Partial<Reading> = {}, aheadMs = 0): Reading {
  const things = sequences.map((sequence) => ({ sequence, counts: true, at: Date.now() + aheadMs }));
  return { key: 'main', things, loaded: true, looking: false, ...change };
}

test('what came to the meeting is unread for who reads newer things in a room meanwhile, and comes back', () => {
  rememberReadUpTo('main', 10);
  rememberReadUpTo('room', 30);
  expect(unreadAfter(reading([30], { key: 'room' }), reading([10, 20]))).toBe(1);
  const looksInRoom = reading([30, 31], { key: 'room', looking: true });
  expect(unreadAfter(reading([10]), looksInRoom, reading([10, 20, 21]))).toBe(2);
});

test('what was there before the first visit is read, and what comes later is not, whatever the clocks show', () => {
  for (const aheadMs of [-300_000, 0, 300_000]) {
    const of = (sequences: number[], change?: Partial<Reading>) => reading(sequences, change, aheadMs);
    const before = of([], { loaded: false });
    expect(unreadAfter(before, of([7, 8]))).toBe(0);
    expect(unreadAfter(before, of([7, 8]), of([6, 7, 8, 9]))).toBe(1);
    expect(unreadAfter(before, of([]), of([9]))).toBe(1);
  }
});

test('who looked has read what was there then, and nothing is lost while it is loaded anew', () => {
  rememberReadUpTo('main', 1);
  const looked = reading([1, 2, 3], { looking: true });
  expect(unreadAfter(looked, reading([1, 2, 3]))).toBe(0);
  expect(unreadAfter(looked, reading([], { loaded: false, looking: true }), reading([2, 3, 4]))).toBe(1);
});

test('things that never wait are not counted', () => {
  rememberReadUpTo('main', 1);
  const things = [2, 3].map((sequence) => ({ sequence, counts: sequence === 3 }));
  expect(unreadAfter(reading([], { things }))).toBe(1);
});

test('on the way to a room its chat is read, not that of the meeting that is still shown', () => {
  expect(meetingToRead({ meetingId: 'main', arriving: { meetingId: 'room', title: '' } })).toBe('room');
  expect(meetingToRead({ meetingId: 'room', arriving: null })).toBe('room');
});
