export const repeats = {
  daily: 'FREQ=DAILY',
  weekdays: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  weekly: 'FREQ=WEEKLY',
  fortnightly: 'FREQ=WEEKLY;INTERVAL=2',
  monthly: 'FREQ=MONTHLY',
} as const;

export type Repetition = keyof typeof repeats;

/** How a series may repeat, by the names that the app has for it. */
export const repetitions = Object.keys(repeats).filter((each): each is Repetition => each in repeats);

/** The name of a rule (RFC 5545), whenever it ends; undefined: it says more than the app has names for. */
export function repetitionOf(recurrence: string): Repetition | undefined {
  const endless = recurrence.replace(/;(UNTIL|COUNT)=\d+/, '');
  return repetitions.find((each) => endless === repeats[each]);
}
