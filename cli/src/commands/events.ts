import { setTimeout as delay } from 'node:timers/promises';
import type { MeshEvent } from '@canopy/client/api';
import type { Command } from 'commander';
import { moment } from '../moment.ts';
import { patient } from '../patience.ts';
import type { Run } from '../program.ts';

const lookEveryMs = 1_000;
/** As many as the API gives at once. */
const pageSize = 200;

interface Which {
  follow?: true;
  meeting?: string;
  since?: string;
}

/** `canopy events` */
export function addEvents(program: Command, run: Run): void {
  program
    .command('events')
    .description('what happened in the mesh')
    .option('--meeting <meeting>', 'only what happened to this one')
    .option('--since <time>', 'so long ago, as 15m or 2h, or a date; else the latest, or of a meeting all that is kept')
    .option('--follow', 'and what happens from now on')
    .action(
      run(async ({ api, json }, { follow, meeting, since }: Which) => {
        const start = startOf(meeting, since);
        let last = start;
        const look = async () => {
          const events = await api.operators.events(last, start === undefined ? undefined : pageSize);
          for (const event of events) {
            last = event.id;
            if (meeting !== undefined && event.meetingId !== meeting) continue;
            console.log(json ? JSON.stringify(event) : inWords(event));
          }
          return events.length;
        };
        let found: number;
        do found = await look();
        while (start !== undefined && found > 0);
        const lookPatiently = patient(look);
        while (follow) {
          await delay(lookEveryMs);
          await lookPatiently();
        }
      }),
    );
}

/** The id after which events are asked for, which begins with the time of one; undefined: the latest are. */
function startOf(meeting: string | undefined, since: string | undefined): string | undefined {
  if (since !== undefined) return `${Math.max(0, moment(since, Date.now()) - 1)}-0`;
  return meeting === undefined ? undefined : '0-0';
}

function inWords({ at, kind, edgeId, meetingId, parentEdgeId, seamless, epoch, cause }: MeshEvent): string {
  const details = [
    edgeId,
    parentEdgeId && `from ${parentEdgeId}`,
    meetingId && `meeting ${meetingId}`,
    epoch && `epoch ${epoch}`,
    cause && `because ${cause}`,
    seamless === undefined ? undefined : seamless ? 'nobody noticed' : 'planned anew',
  ];
  return [at, kind.padEnd(16), ...details.filter(Boolean)].join('  ');
}
