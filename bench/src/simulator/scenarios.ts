import type { Scenario } from './scenario.ts';
import { scenario as flashWebinar } from './scenarios/flash-webinar-10k.ts';
import { scenario as manySmallMeetings } from './scenarios/many-small-meetings.ts';
import { scenario as regionLoss } from './scenarios/region-loss.ts';
import { scenario as rollingDrain } from './scenarios/rolling-drain.ts';
import { scenario as worldWebinar } from './scenarios/world-webinar-100k.ts';

/** By name. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map([
  ['flash-webinar-10k', flashWebinar],
  ['world-webinar-100k', worldWebinar],
  ['many-small-meetings', manySmallMeetings],
  ['region-loss', regionLoss],
  ['rolling-drain', rollingDrain],
]);
