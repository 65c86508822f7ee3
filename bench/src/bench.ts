import type { Purpose } from '../../scripts/setup/setup.mjs';

/** Values of a bench's options: texts, and booleans for those without a value. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

interface BenchOption {
  type: 'string' | 'boolean';
  /** Used where the option is not given. */
  default?: string | boolean;
  /** For the list of options; "FILE: what it is". */
  description: string;
}

/** What each module in benches/ exports. Its name is the file's. */
export interface Bench {
  /** One sentence: what is measured. */
  description: string;
  /** What this machine is set up for before it runs. */
  needs: Purpose;
  options: Readonly<Record<string, BenchOption>>;
  /** The word that may follow the bench's name, passed on as an option of that name. */
  argument?: { name: string; description: string };
  /** Measures. Throws a {@link BenchError} for what the caller can mend. Progress goes to standard error. */
  run(options: OptionValues): Promise<object>;
  /** The result of `run` for people. */
  summary(result: object): string;
}

/** A wrong name, option or file; its message is all that the caller sees. */
export class BenchError extends Error {
  override name = 'BenchError';
}
