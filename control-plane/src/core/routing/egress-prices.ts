/** Where regions buy their traffic. */
type PriceZone = 'europe-north-america' | 'asia-pacific' | 'india' | 'south-america' | 'africa' | 'middle-east';

/**
 * US dollars per GB sent from a region to another: list prices of AWS inter-region transfer, rounded
 * (https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer).
 */
const usdPerGb: Readonly<Record<PriceZone, number>> = {
  'europe-north-america': 0.02,
  'asia-pacific': 0.09,
  india: 0.086,
  'south-america': 0.138,
  africa: 0.147,
  'middle-east': 0.085,
};

const defaultUsdPerGb = 0.05;

const zoneOfPrefix: readonly (readonly [prefix: string, zone: PriceZone])[] = [
  ['us-', 'europe-north-america'],
  ['ca-', 'europe-north-america'],
  ['mx-', 'europe-north-america'],
  ['eu-', 'europe-north-america'],
  ['ap-south-', 'india'],
  ['ap-', 'asia-pacific'],
  ['sa-', 'south-america'],
  ['af-', 'africa'],
  ['me-', 'middle-east'],
  ['il-', 'middle-east'],
];

/** What one GB costs from a region to another; nothing within a region. */
export function egressUsdPerGb(fromRegion: string, toRegion: string): number {
  if (fromRegion === toRegion) return 0;
  const zone = zoneOfPrefix.find(([prefix]) => fromRegion.startsWith(prefix))?.[1];
  return zone === undefined ? defaultUsdPerGb : usdPerGb[zone];
}
