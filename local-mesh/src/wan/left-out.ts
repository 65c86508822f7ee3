import { ownServicesLeftOut } from '../../../scripts/setup/services.mjs';

/**
 * True when `CANOPY_SKIP_WAN=1` leaves out what needs network namespaces, for who is not root, and where services are at URLs,
 * which no door of the WAN leads to; says so. Otherwise such tests fail where namespaces are not permitted rather than pass
 * unseen.
 */
export function wanLeftOut(): boolean {
  const skipped = process.env.CANOPY_SKIP_WAN === '1';
  if (!skipped && process.getuid?.() === 0) return ownServicesLeftOut(['PostgreSQL', 'Redis', 'NATS'], process.env);
  console.warn(`${skipped ? 'CANOPY_SKIP_WAN=1' : 'not root'}: tests over an emulated WAN are left out`);
  return true;
}
