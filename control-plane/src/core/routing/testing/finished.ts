import { type MeetingPlanRequest, type PlannedCascades, planByCascade } from '../meeting-plan.ts';

/** What comes of steps that nobody else waits between. */
export function finished<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

export function planMeeting(request: MeetingPlanRequest): PlannedCascades {
  return finished(planByCascade(request));
}
