import { isIP } from 'node:net';
import type { PlacementQuery } from '@canopy/client/api';
import type { Command } from 'commander';
import { explain } from '../decision.ts';
import { UsageError } from '../failure.ts';
import { print } from '../output.ts';
import type { Run } from '../program.ts';

/** `canopy placement …` */
export function addPlacement(program: Command, run: Run): void {
  program
    .command('placement <where>')
    .description('the edge that an IP address, or a place such as 52.5,13.4, would be put on now, and why')
    .option('--meeting <meeting>', 'as somebody who joins this meeting')
    // A latitude of the south looks like an option.
    .allowUnknownOption()
    .action(
      run(async ({ api, json }, where: string, { meeting }: { meeting?: string }) => {
        const decision = await api.operators.foresee({
          ...whoIs(where),
          ...(meeting === undefined ? {} : { meeting }),
        });
        print(json, decision, () => explain(decision));
      }),
    );
}

/** An address, or latitude and longitude in degrees. */
export function whoIs(where: string): PlacementQuery {
  const [, latitude, longitude] = /^(-?\d+(?:\.\d+)?),\s*(-?\d+(?:\.\d+)?)$/.exec(where) ?? [];
  if (Math.abs(Number(latitude)) <= 90 && Math.abs(Number(longitude)) <= 180)
    return { latitude: Number(latitude), longitude: Number(longitude) };
  if (isIP(where) !== 0) return { address: where };
  throw new UsageError(`"${where}" is neither an IP address nor a place like 52.5,13.4.`);
}
