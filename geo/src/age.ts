import { open } from 'maxmind';

/** When a MaxMind database was made. Errors: those of reading it. */
export async function builtAt(file: string): Promise<Date> {
  const { metadata } = await open(file);
  return metadata.buildEpoch;
}
