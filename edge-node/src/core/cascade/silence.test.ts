import { expect, test } from 'vitest';
import {
  givenUpAfterMs,
  lostAfterMs,
  ReceptionMeter,
  seemsBroken,
  silentAfterMs,
  silentAloneAfterMs,
} from './silence.ts';

const busy = { idleMs: 5, busyMs: 10_000 };
const silent = { idleMs: silentAfterMs, busyMs: 0 };

test('a way that is silent while the other carries media seems broken', () => {
  expect(seemsBroken(silent, busy)).toBe(true);
  expect(seemsBroken({ ...silent, idleMs: silentAfterMs - 1 }, busy)).toBe(false);
});

test('a way that ended a little before the other is that of a publisher who pauses', () => {
  expect(seemsBroken(silent, { idleMs: 40, busyMs: 10_000 })).toBe(false);
});

test('two silent ways are a publisher who pauses', () => {
  expect(seemsBroken(silent, silent)).toBe(false);
  expect(seemsBroken({ idleMs: lostAfterMs, busyMs: 0 }, silent)).toBe(false);
});

test('when the publisher goes on, the way that is heard first does not discredit the other', () => {
  expect(seemsBroken(silent, { idleMs: 0, busyMs: 99 })).toBe(false);
  expect(seemsBroken(silent, { idleMs: 0, busyMs: 100 })).toBe(true);
});

test('a report that comes over the other way after a publisher has paused is no media', () => {
  expect(seemsBroken(silent, { ...busy, news: 1 })).toBe(false);
});

test('with nothing to compare with, silence must last longer', () => {
  expect(seemsBroken(silent, undefined)).toBe(false);
  expect(seemsBroken({ idleMs: silentAloneAfterMs, busyMs: 0 }, undefined)).toBe(true);
});

test('a meter tells a way over which nothing came yet from one that fell silent', () => {
  const meter = new ReceptionMeter(0);
  meter.look(0, 15);
  expect(meter.reception(15)).toMatchObject({ begun: false });
  meter.look(1_200, 30);
  meter.look(1_200, 300);
  expect(meter.reception(300)).toMatchObject({ begun: true });
  // What came before it was looked at says nothing.
  const late = new ReceptionMeter(0);
  late.look(1_200, 15);
  expect(late.reception(15)).toMatchObject({ begun: false });
  late.look(2_400, 30);
  expect(late.reception(30)).toMatchObject({ begun: true });
});

test('a way that is not in use has longer to begin than to go on, and longer to go on over two links', () => {
  const [begun, not] = [{ begun: true }, { begun: false }];
  expect([givenUpAfterMs(begun, false), givenUpAfterMs({}, false), givenUpAfterMs(begun, true)]).toEqual([
    1_000, 1_000, 2_000,
  ]);
  expect([givenUpAfterMs(not, false), givenUpAfterMs(not, true)]).toEqual([3_000, 3_000]);
});

test('a meter tells how long nothing came, and how long something did without a pause', () => {
  const meter = new ReceptionMeter(0);
  for (let now = 0; now <= 300; now += 25) meter.look(now, now);
  expect(meter.reception(310)).toMatchObject({ idleMs: 10, busyMs: 310 });
  for (let now = 325; now <= 500; now += 25) meter.look(300, now);
  expect(meter.reception(500)).toMatchObject({ idleMs: 200, busyMs: 0 });
  meter.look(301, 525);
  expect(meter.reception(535)).toMatchObject({ idleMs: 10, busyMs: 10 });
});

test('what a busy process finds late, of the way that ended last, may be as old as the look before', () => {
  const [way, other] = [new ReceptionMeter(0), new ReceptionMeter(0)];
  for (let now = 0; now <= 900; now += 15) for (const meter of [way, other]) meter.look(now, now);
  // The publisher pauses; of the longer way two more packets come. The process has its turn every 50 ms.
  for (const now of [950, 1_000]) {
    way.look(900, now);
    other.look(now, now);
  }
  expect(way.reception(1_000)).toMatchObject({ idleMs: 100 });
  expect(other.reception(1_000)).toMatchObject({ idleMs: 0, news: 2 });
  expect(seemsBroken(way.reception(1_000), other.reception(1_000))).toBe(false);
  // Media that goes on shows the difference, however late it is looked at.
  for (const now of [1_050, 1_100]) other.look(now, now);
  expect(seemsBroken(way.reception(1_100), other.reception(1_100))).toBe(true);
});

test('an answer that was long in coming says nothing of the time since it was asked for', () => {
  const meter = new ReceptionMeter(0);
  meter.look(1, 10);
  meter.look(2, 200, 20);
  expect(meter.reception(200)).toMatchObject({ idleMs: 0, unsureMs: 190 });
});

test('a screen that stands still, and is sent once a second, is no way that broke', () => {
  const still = arrivals({ framesPerSecond: 1, jitterMs: 50, loss: 0 }, 20, 300_000, 1);
  const film = arrivals({ framesPerSecond: 30, jitterMs: 5, loss: 0 }, 40, 300_000, 2);
  // The pauses are learnt within some frames.
  expect(suspectedAt(still, film, 300_000).filter((at) => at > 20_000)).toEqual([]);
});

interface Weather {
  framesPerSecond: number;
  jitterMs: number;
  loss: number;
}

/** When frames of one packet each arrive over a way, ms; packets never overtake each other. */
function arrivals(
  { framesPerSecond, jitterMs, loss }: Weather,
  delayMs: number,
  forMs: number,
  seed: number,
): number[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const found: number[] = [];
  for (let sentAt = 0; sentAt < forMs; sentAt += 1_000 / framesPerSecond) {
    const at = sentAt + delayMs + (2 * random() - 1) * jitterMs;
    if (random() >= loss) found.push(Math.max(found.at(-1) ?? 0, at));
  }
  return found;
}

/** Looks at two ways every 15 ms, as an edge does; returns when the first seemed broken. */
function suspectedAt(way: readonly number[], other: readonly number[], untilMs: number): number[] {
  const [meter, otherMeter] = [new ReceptionMeter(0), new ReceptionMeter(0)];
  const suspected: number[] = [];
  let [count, otherCount] = [0, 0];
  for (let now = 0; now < untilMs; now += 15) {
    while ((way[count] ?? Number.POSITIVE_INFINITY) <= now) count++;
    while ((other[otherCount] ?? Number.POSITIVE_INFINITY) <= now) otherCount++;
    meter.look(count, now);
    otherMeter.look(otherCount, now);
    if (now > 2_000 && seemsBroken(meter.reception(now), otherMeter.reception(now))) suspected.push(now);
  }
  return suspected;
}

const weathers: readonly Weather[] = [
  { framesPerSecond: 30, jitterMs: 0, loss: 0.01 },
  { framesPerSecond: 30, jitterMs: 30, loss: 0.01 },
  { framesPerSecond: 15, jitterMs: 0, loss: 0.01 },
  { framesPerSecond: 15, jitterMs: 30, loss: 0.01 },
  { framesPerSecond: 15, jitterMs: 30, loss: 0.03 },
  { framesPerSecond: 5, jitterMs: 0, loss: 0.01 },
];

/** Times that are not just the next look of the one before. */
function occasions(times: readonly number[]): number[] {
  return times.filter((at, index) => at - (times[index - 1] ?? Number.NEGATIVE_INFINITY) > 100);
}

test.each(weathers)('a way is not left for a frame that is lost: %j', (weather) => {
  const tenMinutesMs = 600_000;
  const [one, other] = [arrivals(weather, 75, tenMinutesMs, 1), arrivals(weather, 120, tenMinutesMs, 2)];
  const suspicions = [suspectedAt(one, other, tenMinutesMs), suspectedAt(other, one, tenMinutesMs)].flatMap(occasions);
  // Two in a row are lost about once on each way in that time, which is a silence like any other.
  expect(suspicions.length).toBeLessThanOrEqual(5);
});

test.each([15, 25, 30, 50])(
  'a publisher of %i packets a second who pauses leaves no way, though one is 35 ms longer',
  (framesPerSecond) => {
    for (let pause = 1; pause <= 50; pause++) {
      const endsAfterMs = 5_000 + 7 * pause;
      const [one, other] = [75, 110].map((delayMs, seed) =>
        arrivals({ framesPerSecond, jitterMs: 4, loss: 0 }, delayMs, endsAfterMs, seed + 2 * pause),
      );
      expect(suspectedAt(one ?? [], other ?? [], endsAfterMs + 2_000)).toEqual([]);
      expect(suspectedAt(other ?? [], one ?? [], endsAfterMs + 2_000)).toEqual([]);
    }
  },
);

test.each([
  [{ framesPerSecond: 50, jitterMs: 0, loss: 0 }, 105],
  [{ framesPerSecond: 30, jitterMs: 0, loss: 0 }, 130],
  [{ framesPerSecond: 30, jitterMs: 30, loss: 0.01 }, 250],
  [{ framesPerSecond: 15, jitterMs: 30, loss: 0.03 }, 400],
])('a way that ends is left soon: %j within %i ms', (weather, withinMs) => {
  const ended = arrivals(weather, 75, 10_000, 1);
  const [first] = suspectedAt(ended, arrivals(weather, 120, 20_000, 2), 20_000);
  expect(first).toBeLessThan((ended.at(-1) ?? 0) + withinMs);
});
