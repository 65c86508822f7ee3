import type { MeshHealth } from '@canopy/client/api';
import { messageOf } from '@canopy/runtime/message-of';
import { type Finding, ok, warning } from './finding.ts';

const patienceMs = 5_000;
const advice =
  'Open the port of EDGE_PUBLIC_LISTEN, and see that EDGE_PUBLIC_URL leads there and its certificate is good: until then people are placed by GeoIP only.';

/** Whether browsers can measure their round trip to each of these edges, asked as they would. */
export async function checkMeasuring(url: string, edges: MeshHealth['edges']): Promise<Finding[]> {
  const found = await Promise.all(edges.map((edge) => problemOf(url, edge)));
  const wrong = found.filter((finding) => finding !== undefined);
  if (wrong.length > 0 || edges.length === 0) return wrong;
  return [ok('measuring', 'each edge answers what browsers measure')];
}

async function problemOf(url: string, { id, measuringUrl }: MeshHealth['edges'][number]): Promise<Finding | undefined> {
  const check = `measuring ${id}`;
  if (measuringUrl === null) return warning(check, 'it names no address for it', advice);
  if (url.startsWith('https:') && measuringUrl.startsWith('http:'))
    return warning(check, `${measuringUrl} is not encrypted, and pages that are may not ask it`, advice);
  try {
    const response = await fetch(measuringUrl, { signal: AbortSignal.timeout(patienceMs) });
    await response.arrayBuffer();
    return response.ok ? undefined : warning(check, `${measuringUrl} answers ${response.status}`, advice);
  } catch (error) {
    return warning(check, `${measuringUrl} does not answer: ${messageOf(error)}`, advice);
  }
}
