/** What a GB costs from so many TB of one month on. */
export interface EgressTier {
  fromTb: number;
  usdPerGb: number;
}

/** As AWS counts. */
const gbPerTb = 1_024;

/** What so many GB of one month cost, each at the price of its tier. Tiers rise, the first is from 0 on. */
export function egressUsd(gb: number, tiers: readonly EgressTier[]): number {
  return tiers.reduce((usd, { fromTb, usdPerGb }, at) => {
    const nextTb = tiers[at + 1]?.fromTb ?? Number.POSITIVE_INFINITY;
    const gbHere = Math.min(gb, nextTb * gbPerTb) - fromTb * gbPerTb;
    return usd + Math.max(0, gbHere) * usdPerGb;
  }, 0);
}

/** "0:0.09,10:0.085": from so many TB on that price; "0.05": one price for all. Undefined if it is neither. */
export function readTiers(text: string): EgressTier[] | undefined {
  const tiers = text.split(',').map((part) => {
    const [fromTb = '', usdPerGb = ''] = part.includes(':') ? part.split(':') : ['0', part];
    return { fromTb: Number(fromTb || Number.NaN), usdPerGb: Number(usdPerGb) };
  });
  const rise = tiers.every(({ fromTb }, at) => (at === 0 ? fromTb === 0 : fromTb > (tiers[at - 1]?.fromTb ?? 0)));
  return rise && tiers.every(({ usdPerGb }) => usdPerGb > 0 && Number.isFinite(usdPerGb)) ? tiers : undefined;
}
