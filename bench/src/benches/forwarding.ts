import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { startCanopy } from '../forwarding/canopy.ts';
import { startFloor } from '../forwarding/floor.ts';
import type { Forwarder } from '../forwarding/flow.ts';
import { startJanus } from '../forwarding/janus/forwarder.ts';
import { opensslLibsrtp } from '../forwarding/janus/libsrtp.ts';
import { janusVersion } from '../forwarding/janus/process.ts';
import { type Comparison, type ForwarderName, forwarders, judge, type Round } from '../forwarding/judge.ts';
import type { Load } from '../forwarding/load.ts';
import type { ForwardingSize } from '../forwarding/size.ts';
import { loadNote } from '../machine-load.ts';

export const description =
  'CPU for each SRTP packet that an edge forwards to a viewer, in turns with Janus under the same load, and with encrypting and sending alone';

export const needs = 'code';

export const options = {
  viewers: { type: 'string', default: '100', description: 'N: viewers of each forwarder' },
  rounds: { type: 'string', default: '7', description: 'N: times that all take their turn' },
  seconds: { type: 'string', default: '4', description: 'S: of one turn that are measured' },
  'packet-bytes': { type: 'string', default: '1100', description: 'N: bytes of an RTP packet' },
  'packets-per-burst': { type: 'string', default: '6', description: 'N: packets sent at once, 30 times a second' },
} as const;

export interface ForwardingResult extends Comparison {
  load: Load;
  viewers: number;
  rounds: number;
  secondsPerTurn: number;
  /** Of the Janus that took part. */
  janusVersion: string | null;
  notes: string[];
}

const burstsPerSecond = 30;
/** Of some ten viewers the packets are counted. */
const counting = 10;

export async function run(values: OptionValues): Promise<ForwardingResult> {
  const viewers = wholeNumber(values, 'viewers', 1, 1_000) ?? 100;
  const rounds = wholeNumber(values, 'rounds', 1, 1_000) ?? 7;
  const seconds = wholeNumber(values, 'seconds', 1, 600) ?? 4;
  const load = {
    packetBytes: wholeNumber(values, 'packet-bytes', 50, 1_400) ?? 1_100,
    packetsPerBurst: wholeNumber(values, 'packets-per-burst', 1, 100) ?? 6,
    burstsPerSecond,
  };
  const notes = [
    loadNote(),
    'Each forwarder has one publisher and its viewers over ICE, DTLS and SRTP (AES-256-GCM), without bandwidth estimation or losses.',
    'All that forwards is counted: of an edge mediasoup’s worker and Node, of Janus all threads.',
  ];
  await using field = new AsyncDisposableStack();
  const size = { load, viewers, countEvery: Math.max(1, Math.floor(viewers / counting)) };
  const version = await janusVersion();
  const taking = await gather(size, version !== undefined, field, notes);
  const played: Round[] = [];
  for (let number = 0; number < rounds; number++) {
    played.push(await play(taking, number, seconds * 1_000));
    console.error(`round ${number + 1} of ${rounds}: ${told(played.slice(-1))}`);
  }
  return {
    ...judge(played),
    load,
    viewers,
    rounds,
    secondsPerTurn: seconds,
    janusVersion: version ?? null,
    notes,
  };
}

type Field = ReadonlyMap<ForwarderName, Forwarder>;

/** All who can take part here; `notes` say who can't. */
async function gather(
  size: ForwardingSize,
  hasJanus: boolean,
  owned: AsyncDisposableStack,
  notes: string[],
): Promise<Field> {
  const field = new Map<ForwarderName, Forwarder>([['canopy', owned.use(await startCanopy(size))]]);
  const add = async (name: ForwarderName, start: () => Promise<Forwarder>) => {
    try {
      field.set(name, owned.use(await start()));
      console.error(`${name} is ready`);
    } catch (error) {
      notes.push(`Without ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  if (hasJanus) {
    const [tunedPorts, stockPorts] = [
      { from: 27_000, to: 28_999 },
      { from: 29_000, to: 30_999 },
    ];
    await add('janus', async () => {
      const kind = { eventLoops: 1, libsrtp: await opensslLibsrtp(), mediaPorts: tunedPorts };
      return startJanus(size, kind);
    });
    await add('janusStock', () => startJanus(size, { mediaPorts: stockPorts }));
  } else
    notes.push('Janus is not installed (Debian, Ubuntu: apt-get install janus): there is nothing to compare with.');
  await add('floor', () => startFloor(size));
  return field;
}

/** Everybody once, each time with another first. */
async function play(field: Field, number: number, ms: number): Promise<Round> {
  const names = forwarders.filter((name) => field.has(name));
  const round: Round = {};
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(number + turn) % names.length] ?? 'canopy';
    const flow = await field.get(name)?.flow(ms);
    if (flow !== undefined) round[name] = flow;
  }
  return round;
}

function told(rounds: readonly Round[]): string {
  return Object.entries(judge(rounds).forwarders)
    .map(([name, { microsecondsPerPacket }]) => `${name} ${microsecondsPerPacket.median} µs`)
    .join(', ');
}

export const labels: Record<ForwarderName, string> = {
  canopy: 'Canopy, worker and Node',
  janus: 'Janus, OpenSSL, 1 loop',
  janusStock: 'Janus as packaged',
  floor: 'AES-256-GCM and sendto',
};

export function summary(result: ForwardingResult): string {
  const { load, viewers, rounds, canopyTo } = result;
  const lines = forwarders.flatMap((name) => {
    const one = result.forwarders[name];
    if (one === undefined) return [];
    const { median, least, most } = one.microsecondsPerPacket;
    const ratio = name === 'canopy' ? undefined : canopyTo[name];
    const suffix = ratio === undefined ? '' : `; Canopy takes ${ratio.median} of it (${ratio.least} to ${ratio.most})`;
    const node = one.nodeMicrosecondsPerPacket;
    const share = node === undefined ? '' : `, of which Node ${node.median}`;
    return [
      `${labels[name].padEnd(25)} ${median} µs (${least} to ${most})${share}, ${one.arrived * 100} % arrived${suffix}`,
    ];
  });
  return [
    `CPU for each packet of ${load.packetBytes} bytes to one of ${viewers} viewers, ${load.packetsPerBurst * load.burstsPerSecond} packets a second; ${rounds} rounds`,
    ...lines,
    ...result.notes,
  ].join('\n');
}
