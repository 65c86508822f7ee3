import fc from 'fast-check';

const seconds = Number(process.env.CANOPY_FUZZ_SECONDS ?? 0);
/** One for all of a file, so that it repeats all. */
const seed = Number(process.env.CANOPY_FUZZ_SEED ?? Date.now() & 0x7fff_ffff);

/**
 * Settings of a property that fuzzes a decoder. CANOPY_FUZZ_SECONDS: how long each goes on, instead of a few hundred cases;
 * CANOPY_FUZZ_SEED: repeats a run. The seed is printed where it is not given, and with every failure.
 */
export function fuzzing(runs = 300): fc.Parameters<unknown> {
  if (seconds === 0) return { numRuns: runs, seed };
  process.stderr.write(`fuzzing for ${seconds} s with CANOPY_FUZZ_SEED=${seed}\n`);
  return {
    numRuns: Number.MAX_SAFE_INTEGER,
    seed,
    interruptAfterTimeLimit: seconds * 1_000,
    markInterruptAsFailure: false,
  };
}

/** The same for what is sent to a decoder in another process, which no property can watch: so many, and as many more for each second. */
export function samples<T>(arbitrary: fc.Arbitrary<T>, runs: number): T[] {
  process.stderr.write(`fuzzing with CANOPY_FUZZ_SEED=${seed}\n`);
  return fc.sample(arbitrary, { numRuns: runs * (1 + seconds), seed });
}

/** How long a test that fuzzes may take, in ms. */
export const fuzzTimeoutMs = 30_000 + 1_000 * seconds;

/** UTF-16 units of all kinds, also such as make no text. fast-check's own takes seconds to be set up. */
export const anyText = fc.uint16Array({ maxLength: 8 }).map((units) => String.fromCharCode(...units));

/** A valid text with some of it cut, doubled, exchanged, or put elsewhere: closer to what breaks parsers than chance alone. */
export function mangled(texts: readonly string[]): fc.Arbitrary<string> {
  const strange = fc.oneof(
    anyText,
    fc.constantFrom('\0', '\r\n', '%00', '"', '{}', '-1', '9'.repeat(400), '__proto__', '\u{1f4a9}'),
  );
  const edit = fc.tuple(fc.nat(), fc.nat(40), strange, fc.boolean());
  return fc.tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 })).map(([text, edits]) =>
    edits.reduce((changed, [where, length, insert, double]) => {
      const at = where % (changed.length + 1);
      const part = changed.slice(at, at + length);
      return changed.slice(0, at) + (double ? part + part : insert) + changed.slice(at + length);
    }, text),
  );
}

/** The same for bytes. */
export function mangledBytes(valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const edit = fc.tuple(fc.nat(), fc.nat(8), fc.uint8Array({ maxLength: 8 }));
  const changed = fc
    .tuple(fc.constantFrom(...valid), fc.array(edit, { minLength: 1, maxLength: 6 }))
    .map(([bytes, edits]) =>
      edits.reduce((now, [where, length, insert]) => {
        const at = where % (now.length + 1);
        return Uint8Array.from([...now.slice(0, at), ...insert, ...now.slice(at + length)]);
      }, bytes),
    );
  return fc.oneof(changed, fc.uint8Array({ maxLength: 200 }));
}
