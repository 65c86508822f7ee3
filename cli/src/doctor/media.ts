import { once } from 'node:events';
import { connect } from 'node:net';
import type { Api } from '@canopy/client/api';
import { messageOf } from '@canopy/runtime/message-of';
import { type Finding, failed, ok, warning } from './finding.ts';
import { connectivityCheck } from './stun.ts';
import { overUdp } from './stun-path.ts';
import { checkRelays } from './turn.ts';
import { type MediaDoor, openMediaDoor } from './whip-session.ts';

const tcpPatienceMs = 3_000;

/** Whether media gets from this machine to an edge of each region, and to its relays, as a client's would. */
export async function checkMedia(api: Api, url: string, regions: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const region of regions) findings.push(...(await checkRegion(api, url, region)));
  return findings;
}

/** In a meeting of its own, that may be nowhere else and ends at once. */
async function checkRegion(api: Api, url: string, region: string): Promise<Finding[]> {
  const check = `media ${region}`;
  try {
    const { id } = await api.createMeeting({ title: 'canopy doctor', settings: { allowedRegions: [region] } });
    try {
      const { token } = await api.createToken(id, { name: 'canopy doctor', role: 'host', ttlSeconds: 60 });
      await using door = await openMediaDoor(url, token);
      const [media, relays] = await Promise.all([tryDoor(check, door), checkRelays(`relay ${region}`, door.relays)]);
      return [...media, ...relays];
    } finally {
      await api.endMeeting(id);
    }
  } catch (error) {
    const advice = 'See that an edge of this region takes people, and that this key may make meetings.';
    return [failed(check, `no session could be opened there: ${messageOf(error)}`, advice)];
  }
}

async function tryDoor(check: string, door: MediaDoor): Promise<Finding[]> {
  if (door.candidates.length === 0) {
    const advice = 'Set EDGE_MEDIA_ANNOUNCED_ADDRESS and EDGE_MEDIA_PORT of the edge.';
    return [failed(check, 'its edge names no address for media', advice)];
  }
  const findings = door.candidates.map(async ({ protocol, address, port }): Promise<Finding> => {
    const name = `${check} ${protocol}`;
    const where = `${address}:${port}`;
    const reached = protocol === 'udp' ? await answersUdp(door, address, port) : await acceptsTcp(address, port);
    if (reached) return ok(name, `${where} answers`);
    if (protocol === 'tcp')
      return warning(name, `${where} does not answer`, `Open TCP ${port} as well: it is for who has no UDP.`);
    const advice = `Open UDP ${port} in the firewall of the edge, and see that ${address} is what clients reach.`;
    return failed(name, `${where} does not answer`, advice);
  });
  return await Promise.all(findings);
}

/** Any answer will do: it came all the way to the worker and back. */
async function answersUdp(door: MediaDoor, address: string, port: number): Promise<boolean> {
  using path = overUdp(address, port);
  return (await path.ask(connectivityCheck(door))) !== undefined;
}

async function acceptsTcp(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(tcpPatienceMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
