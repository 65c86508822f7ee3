/** Waits for what somebody asked for, and shows them when it fails. */
export type Act = (work: Promise<void>) => void;
