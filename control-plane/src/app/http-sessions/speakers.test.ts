import { VirtualClock } from '@canopy/runtime/clock';
import { expect, it } from 'vitest';
import { Speakers } from './speakers.ts';

const meetingId = 'm';
const fact = (worker: number, trackId: string) => ({
  edgeId: 'europe',
  bootId: 'b',
  speakerChanged: { meetingId, worker, trackId },
});

it('gives whoever spoke up its turn although time passed while it was heard', () => {
  // By this clock a whole second goes by whenever it is looked at.
  class HastyClock extends VirtualClock {
    hasty = false;
    override now(): number {
      const now = super.now();
      if (this.hasty) this.advance(1_000);
      return now;
    }
  }
  const clock = new HastyClock();
  const speakers = new Speakers(clock);
  speakers.factHeard(fact(0, 'ada'));
  clock.hasty = true;
  speakers.factHeard(fact(1, 'ben'));
  clock.hasty = false;
  clock.advance(1);
  expect(speakers.of(meetingId)).toBe('ben');
});

it('gives whoever spoke up its turn although the clock was set back meanwhile', () => {
  const clock = new VirtualClock(10_000);
  const speakers = new Speakers(clock);
  speakers.factHeard(fact(0, 'ada'));
  speakers.factHeard(fact(1, 'ben'));
  clock.set(-300);
  clock.advance(1_000);
  expect(speakers.of(meetingId)).toBe('ada');
  clock.advance(300);
  expect(speakers.of(meetingId)).toBe('ben');
});
