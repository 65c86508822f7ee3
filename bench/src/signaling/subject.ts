import type { ServerProcess } from './server-process.ts';

/** A signaling server under measurement, with people in one room. */
export interface Subject extends AsyncDisposable {
  readonly name: 'canopy' | 'ws' | 'socketIo';
  readonly server: ServerProcess;
  /** Gets ready for so many people. */
  expect(people: number): Promise<void>;
  /** The person with this number comes in, and hears everything from then on. Rejects when it is refused, with {@link Refused} if it may come again, and with {@link Unreached} if nobody answered. */
  enter(number: number, hear: (message: Buffer) => void): Promise<void>;
  /** The first who came says something that everybody is told. */
  say(text: string): Promise<void>;
}

/** No connection, or it was lost before the answer. */
export class Unreached extends Error {}

/** Not now. */
export class Refused extends Error {
  readonly retryAfterMs: number;

  constructor(code: string, retryAfterMs: number) {
    super(code);
    this.retryAfterMs = retryAfterMs;
  }
}
