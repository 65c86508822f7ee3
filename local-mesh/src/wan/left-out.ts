import { ownServicesLeftOut } from '../../../scripts/setup/services.mjs';

/**
 * True when `CANOPY_SKIP_WAN=1` leaves out what needs network namespaces, and where services are at URLs, which no door of the
 * WAN leads to; says so. Otherwise such tests fail where namespaces are not permitted rather than pass unseen.
 */
export function wanLeftOut(): boolean {
  if (process.env.CANOPY_SKIP_WAN !== '1') return ownServicesLeftOut(['PostgreSQL', 'Redis', 'NATS'], process.env);
  console.warn('CANOPY_SKIP_WAN=1: tests over an emulated WAN are left out');
  return true;
}
