export interface MayBeUnavailable {
  /** It can't be pressed now, and keeps the focus: who uses a keyboard loses their place with a button that becomes disabled under it. */
  unavailable?: boolean;
}

const props = { 'aria-disabled': true, type: 'button', onPress: () => {} } as const;

/** Goes over a button's own props. */
export function whileUnavailable(unavailable: boolean): Partial<typeof props> {
  return unavailable ? props : {};
}
