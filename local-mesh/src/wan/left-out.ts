/** True when `CANOPY_SKIP_WAN=1` leaves out what needs network namespaces; says so. Without it, such tests fail where namespaces are not permitted rather than pass unseen. */
export function wanLeftOut(): boolean {
  const leftOut = process.env.CANOPY_SKIP_WAN === '1';
  if (leftOut) console.warn('CANOPY_SKIP_WAN=1: tests over an emulated WAN are left out');
  return leftOut;
}
