import { integerSetting } from '@canopy/runtime/env';

const dayMs = 86_400_000;

/** How long recordings are kept after their end, in days; read as ms. Compositors delete what is older, replicas say when that will be. */
export const retentionSetting = integerSetting(1, 36_500)
  .transform((days) => days * dayMs)
  .optional();
