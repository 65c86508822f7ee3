import type { Random } from '../random.ts';

/** When people of one meeting come and how long they stay. */
export interface MeetingSpec {
  startMs: number;
  /** Those who publish; they come first. */
  publishers: number;
  /** Those who only watch. */
  viewers: number;
  /** Everybody has come after this long. */
  arrivalMs: number;
  /** Most come at the beginning of that time, or evenly over it. */
  arrivals: 'rush' | 'even';
  /** Mean of the exponentially distributed time that viewers stay; publishers stay to the end. */
  stayMs: number;
  endMs: number;
  /** With `warm` media flows over the backup ways too, as webinars have it unless they say otherwise; with `cold`, as meetings do, over none until it is needed. */
  backup: 'warm' | 'cold';
  /** Cities that its people come from; none: the whole world, as people live. */
  cities?: number;
}

export type Fault =
  | { kind: 'kill-region'; atMs: number; region: string }
  | { kind: 'kill-edge'; atMs: number; index: number }
  /** Edges are emptied one after the other, each is back `pauseMs` after it was empty. */
  | { kind: 'drain-all'; atMs: number; pauseMs: number };

/** What is simulated. Everything random comes from the seed. */
export interface Scenario {
  description: string;
  regions: number;
  edges: number;
  /** People one edge can serve. */
  edgeCapacity: number;
  durationMs: number;
  /** People who watch, where nothing else is asked for. */
  viewers: number;
  meetings(random: Random, viewers: number): MeetingSpec[];
  faults: readonly Fault[];
}
