import { rootTestsLeftOut } from '../../../scripts/setup/root.mjs';
import { ownServicesLeftOut } from '../../../scripts/setup/services.mjs';

/**
 * True when what needs network namespaces is left out, and where services are at URLs, which no door of the WAN leads to; says
 * so.
 */
export function wanLeftOut(): boolean {
  return rootTestsLeftOut(process.env) || ownServicesLeftOut(['PostgreSQL', 'Redis', 'NATS'], process.env);
}
