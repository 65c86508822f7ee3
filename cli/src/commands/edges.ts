import type { Api, EdgeProgress } from '@canopy/client/api';
import { CanopyError } from '@canopy/runtime/errors';
import type { Command } from 'commander';
import { bitrate, fullness, percent, print, table } from '../output.ts';
import type { Run } from '../program.ts';
import { watchDrain } from '../progress.ts';

/** `canopy edges …` */
export function addEdges(program: Command, run: Run): void {
  const edges = program.command('edges').description('the edges of the mesh');
  edges
    .command('list')
    .description('every edge with its state and load')
    .action(
      run(async ({ api, json }) => {
        const { edges: found } = await api.getMesh();
        print(json, found, () =>
          table(
            ['EDGE', 'REGION', 'STATE', 'LOAD', 'PEOPLE', 'SENT', 'WORKERS', 'PROTOCOL'],
            found.map((edge) => [
              edge.id,
              edge.region,
              edge.state,
              fullness(edge),
              edge.sessions,
              bitrate(edge.egressBps),
              edge.workers.length,
              edge.protocol,
            ]),
          ),
        );
      }),
    );
  edges
    .command('show <edge>')
    .description('an edge, its workers and its links')
    .action(
      run(async ({ api, json }, id: string) => {
        const shown = await look(api, id);
        print(json, shown, () => describe(shown));
      }),
    );
  edges
    .command('drain <edge>')
    .description('empties an edge without a break for who is on it')
    .option('--wait', 'stay until it is empty')
    .action(
      run(async ({ api, json }, id: string, { wait }: { wait?: true }) => {
        let progress = await api.operators.drain(id);
        if (wait) progress = await watchDrain(() => api.getEdge(id), json ? undefined : process.stderr);
        print(json, progress, () => (wait ? `${id} is empty.` : `${id} is being emptied: ${left(progress)}.`));
      }),
    );
  edges
    .command('undrain <edge>')
    .description('puts an edge back to work')
    .action(
      run(async ({ api, json }, id: string) => {
        const progress = await api.operators.undrain(id);
        print(json, progress, () => `${id} takes people again.`);
      }),
    );
}

async function look(api: Api, id: string) {
  const [progress, { edges, links }] = await Promise.all([api.getEdge(id), api.getMesh()]);
  const edge = edges.find((one) => one.id === id);
  if (edge === undefined) throw new CanopyError('EDGE_NOT_FOUND');
  const own = links.filter(({ parent, child }) => parent === id || child === id);
  return { ...edge, drain: progress, links: own };
}

function describe(edge: Awaited<ReturnType<typeof look>>): string {
  const { id, region, state, sessions, egressBps, workers, protocol, quarantine, drain, links } = edge;
  const facts = [
    `${id} in ${region}: ${drain.state === 'drained' ? 'drained' : state}, ${fullness(edge)} load, ${sessions} people, ${bitrate(egressBps)} sent, protocol ${protocol}`,
    ...(quarantine === undefined ? [] : [`quarantined since ${quarantine.since} (${quarantine.rule})`]),
    ...(drain.startedAt === null ? [] : [`drain began ${drain.startedAt}: ${left(drain)}`]),
  ];
  const loads = workers.map(({ index, cpu, consumers, transports }) => [index, percent(cpu), consumers, transports]);
  const flows = links.map(({ meetingId, parent, child, tracks }) => [
    parent === id ? 'to' : 'from',
    parent === id ? child : parent,
    meetingId,
    tracks.length,
    bitrate(tracks.reduce((sum, { bitrateBps }) => sum + bitrateBps, 0)),
  ]);
  const parts = [facts.join('\n'), table(['WORKER', 'CPU', 'CONSUMERS', 'TRANSPORTS'], loads)];
  if (flows.length > 0) parts.push(table(['LINK', 'EDGE', 'MEETING', 'TRACKS', 'BITRATE'], flows));
  return parts.join('\n\n');
}

function left({ sessions, movedSessions }: EdgeProgress): string {
  return `${movedSessions} moved, ${sessions} to go`;
}
