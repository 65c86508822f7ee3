import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '@canopy/client/api';
import { type Finding, failed, messageOf, ok, warning } from './finding.ts';
import { connectivityCheck } from './stun.ts';
import { type MediaDoor, openMediaDoor } from './whip-session.ts';

const tries = 5;
const betweenTriesMs = 400;
const tcpPatienceMs = 3_000;

/** Whether media gets from this machine to an edge of each region, as a client's would. */
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
      return await tryDoor(check, door);
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
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const check = connectivityCheck(door);
  const over = new AbortController();
  const { signal } = over;
  let answered = false;
  socket.on('message', (message) => {
    if (!check.isAnswer(message)) return;
    answered = true;
    over.abort();
  });
  socket.on('error', () => over.abort());
  try {
    for (let attempt = 0; attempt < tries && !signal.aborted; attempt++) {
      socket.send(check.packet, port, address);
      await delay(betweenTriesMs, undefined, { signal }).catch(() => undefined);
    }
    return answered;
  } finally {
    socket.close();
  }
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
