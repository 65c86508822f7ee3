import { z } from 'zod';
import type { GeoPoint } from '../core/placement/types.ts';

/** The place of somebody, in a query. */
export const placeQuery = z
  .object({
    latitude: z.coerce.number().min(-90).max(90).optional(),
    longitude: z.coerce.number().min(-180).max(180).optional(),
  })
  .refine(({ latitude, longitude }) => (latitude === undefined) === (longitude === undefined), {
    message: 'latitude and longitude belong together',
  });

/** Undefined: none was given. */
export function placeOf({ latitude, longitude }: z.output<typeof placeQuery>): GeoPoint | undefined {
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}
