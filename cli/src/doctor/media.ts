import type { Api } from '@canopy/client/api';
import { messageOf } from '@canopy/runtime/message-of';
import { type Door, doorsOf, keyOf, type MediaEdge } from './doors.ts';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';
import { type Trial, tryDoors } from './trial.ts';
import { checkRelays } from './turn.ts';
import { type MediaDoor, openMediaDoor } from './whip-session.ts';

/** So many ports of a region are tried, each over UDP and TCP; a larger one has other troubles than a single closed port. */
const mostDoors = 512;

/**
 * Whether media gets from this machine to every port of these edges that can be tried, and to the relays of one edge of each
 * region, as a client's would.
 *
 * @param tell how far that is, in one line
 */
export async function checkMedia(
  api: Api,
  url: string,
  edges: readonly MediaEdge[],
  tell: (progress: string) => void,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const regions = Map.groupBy(edges, ({ region }) => region);
  for (const [region, own] of [...regions].sort(([a], [b]) => a.localeCompare(b))) {
    findings.push(...(await checkRegion(region, own, () => openSession(api, url, region), tell)));
  }
  return findings;
}

async function checkRegion(
  region: string,
  edges: readonly MediaEdge[],
  open: () => Promise<MediaDoor>,
  tell: (progress: string) => void,
): Promise<Finding[]> {
  const announced = edges.flatMap(doorsOf).slice(0, mostDoors);
  const progress = (tried: number) =>
    tell(`media ${region}: ${tried} of ${Math.max(tried, announced.length)} ports tried`);
  try {
    const trial = await tryDoors(announced, open, progress);
    return [...judge(region, edges, trial), ...(await relaysOf(region, trial))];
  } catch (error) {
    // A session that was there could not be ended.
    return [noSession(region, error)];
  }
}

/** In a meeting of its own, that may be nowhere else and ends with it: of one meeting an edge keeps many on one worker. */
async function openSession(api: Api, url: string, region: string): Promise<MediaDoor> {
  const { id } = await api.createMeeting({ title: 'canopy doctor', settings: { allowedRegions: [region] } });
  await using undo = new AsyncDisposableStack();
  undo.defer(async () => void (await api.endMeeting(id)));
  const { token } = await api.createToken(id, { name: 'canopy doctor', role: 'host', ttlSeconds: 60 });
  const session = undo.use(await openMediaDoor(url, token));
  const owned = undo.move();
  return { ...session, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function relaysOf(region: string, { error, relays }: Trial): Promise<Finding[]> {
  return error === undefined ? await checkRelays(`relay ${region}`, relays) : [];
}

/** What was found of each edge, and of doors that no edge of the region told of. */
export function judge(region: string, edges: readonly MediaEdge[], trial: Trial): Finding[] {
  const check = `media ${region}`;
  const announced = edges.map((edge) => ({ check: `media ${edge.id}`, doors: doorsOf(edge) }));
  const known = new Set(announced.flatMap(({ doors }) => doors.map(keyOf)));
  const others = { check, doors: trial.named.filter((door) => !known.has(keyOf(door))) };
  const findings = [...announced, others].flatMap((each) => judgeDoors(each.check, each.doors, trial.reached));
  if (trial.error !== undefined) {
    findings.unshift(noSession(region, trial.error));
  } else if (trial.named.length === 0) {
    const advice = 'Set EDGE_MEDIA_ANNOUNCED_ADDRESS and EDGE_MEDIA_PORT of the edge.';
    findings.unshift(failed(check, 'its edge names no address for media', advice));
  }
  return findings;
}

function noSession(region: string, error: unknown): Finding {
  const advice = 'See that an edge of this region takes people, and that this key may make meetings.';
  return failed(`media ${region}`, `no session could be opened and ended there: ${messageOf(error)}`, advice);
}

function judgeDoors(check: string, doors: readonly Door[], reached: Trial['reached']): Finding[] {
  const groups = Map.groupBy(doors, ({ protocol, address }) => `${protocol} ${address}`);
  return [...groups.values()].map((group) => judgeAddress(check, group, reached));
}

/** Doors of one protocol at one address. */
function judgeAddress(check: string, doors: readonly Door[], reached: Trial['reached']): Finding {
  const { protocol = 'udp', address = '' } = doors[0] ?? {};
  const portsThat = (state: boolean | undefined) =>
    inRanges(doors.filter((door) => reached.get(keyOf(door)) === state).map(({ port }) => port));
  const [open, closed, untried] = [portsThat(true), portsThat(false), portsThat(undefined)];
  const name = `${check} ${protocol}`;
  const rest = untried === '' ? '' : `; ${untried} could not be tried: no session came there`;
  if (closed === '' && open === '') return skipped(name, `${address}${rest}`);
  if (closed === '') return ok(name, `${address} answers on ${open}${rest}`);
  const text = `${address} does not answer on ${closed}${open === '' ? '' : `, only on ${open}`}${rest}`;
  if (protocol === 'tcp') return warning(name, text, `Open TCP ${closed} as well: it is for who has no UDP.`);
  const advice = `Open UDP ${closed} in the firewall of the edge, and see that ${address} is what clients reach.`;
  return failed(name, text, advice);
}

/** Such as `44300–44303, 44310`. */
export function inRanges(ports: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
    const current = ranges.at(-1);
    if (current?.[1] === port - 1) current[1] = port;
    else ranges.push([port, port]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}
