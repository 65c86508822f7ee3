import { open } from 'maxmind';

/**
 * From this age on GeoIP data is old: so many addresses have moved that people are placed on worse edges until they measure.
 * An alert and `canopy doctor` say so. The bundled database gets as old as the release it came with.
 */
export const oldAfterDays = 365;

/** When a MaxMind database was made. Errors: those of reading it. */
export async function builtAt(file: string): Promise<Date> {
  const { metadata } = await open(file);
  return metadata.buildEpoch;
}
