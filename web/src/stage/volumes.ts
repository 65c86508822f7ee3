import { TrackSource } from '@canopy/client';
import { createStore } from 'zustand/vanilla';

/** What one can hear of somebody: their voice, and the sound of what they share. */
export type Sound = typeof TrackSource.MICROPHONE | typeof TrackSource.SCREEN_AUDIO;

/** How loud that is here. */
export interface Volume {
  /** Between 0 and 1. */
  level: number;
  muted: boolean;
}

type Volumes = ReadonlyMap<string, Volume>;

const full: Volume = { level: 1, muted: false };

/** Of one meeting, by participant and sound: names are not unique, and nobody is to stay silent in a later meeting unnoticed. */
export const volumes = createStore<Volumes>(() => new Map());

export function volumeOf(all: Volumes, participantId: string, sound: Sound): Volume {
  return all.get(keyOf(participantId, sound)) ?? full;
}

export function setVolume(participantId: string, sound: Sound, change: Partial<Volume>): void {
  const before = volumes.getState();
  const volume = { ...volumeOf(before, participantId, sound), ...change };
  volumes.setState(new Map(before).set(keyOf(participantId, sound), volume), true);
}

/** Whether a page may set how loud an element plays. On iOS it may not: the level stays 1, and the buttons of the device alone change it. */
export function canSetLevel(): boolean {
  const element = new Audio();
  element.volume = 0.5;
  return element.volume === 0.5;
}

/** What a new meeting begins with. */
export function resetVolumes(): void {
  volumes.setState(new Map(), true);
}

/** What is heard of a picture: with a screen its sound, otherwise a voice. */
export function soundOf(source: TrackSource): Sound {
  const isScreen = source === TrackSource.SCREEN || source === TrackSource.SCREEN_AUDIO;
  return isScreen ? TrackSource.SCREEN_AUDIO : TrackSource.MICROPHONE;
}

function keyOf(participantId: string, sound: Sound): string {
  return `${participantId}/${sound}`;
}
