import { setTimeout as delay } from 'node:timers/promises';
import type { MeshEvent } from '@canopy/client/api';
import type { Command } from 'commander';
import { patient } from '../patience.ts';
import type { Run } from '../program.ts';

const lookEveryMs = 1_000;

/** `canopy events` */
export function addEvents(program: Command, run: Run): void {
  program
    .command('events')
    .description('what happened in the mesh')
    .option('--follow', 'and what happens from now on')
    .action(
      run(async ({ api, json }, { follow }: { follow?: true }) => {
        let last: string | undefined;
        const look = async () => {
          for (const event of await api.operators.events(last)) {
            console.log(json ? JSON.stringify(event) : inWords(event));
            last = event.id;
          }
        };
        await look();
        const lookPatiently = patient(look);
        while (follow) {
          await delay(lookEveryMs);
          await lookPatiently();
        }
      }),
    );
}

function inWords({ at, kind, edgeId, meetingId, parentEdgeId, seamless, epoch }: MeshEvent): string {
  const details = [
    edgeId,
    parentEdgeId && `from ${parentEdgeId}`,
    meetingId && `meeting ${meetingId}`,
    epoch && `epoch ${epoch}`,
    seamless === undefined ? undefined : seamless ? 'nobody noticed' : 'planned anew',
  ];
  return [at, kind.padEnd(16), ...details.filter(Boolean)].join('  ');
}
