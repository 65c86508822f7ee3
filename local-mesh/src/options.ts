import { parseArgs } from 'node:util';
import { defaultRegions } from './mesh/regions.ts';
import { isBlocked } from './processes/ports.ts';
import { StartError } from './processes/start-error.ts';

export interface LauncherOptions {
  webPort: number;
  workers: number;
  replicas: number;
  regions: readonly string[];
  /** A TURN server beside each edge. */
  turn: boolean;
}

export const usage = `npm start -- [options]

  --web-port N     port of the web app and the API (8080)
  --regions A,B    a region for each edge; a region named twice has two (${defaultRegions.join(',')})
  --workers N      mediasoup workers of each edge (1)
  --replicas N     processes of the control plane (1)
  --turn           a TURN server beside each edge
  --help           this text

While it runs, a line in its terminal plays what may happen: add REGION, kill EDGE, start EDGE.`;

/** Reads the launcher's arguments; undefined when help is asked for. */
export function readOptions(args: readonly string[]): LauncherOptions | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  return {
    webPort: portForBrowsers('--web-port', values['web-port']),
    workers: wholeNumber('--workers', values.workers, 1, 64),
    replicas: wholeNumber('--replicas', values.replicas, 1, 16),
    regions: regionList(values.regions),
    turn: values.turn,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'web-port': { type: 'string', default: '8080' },
        workers: { type: 'string', default: '1' },
        replicas: { type: 'string', default: '1' },
        regions: { type: 'string', default: defaultRegions.join(',') },
        turn: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new StartError(
      `${problem}. Options: --web-port, --regions, --workers, --replicas, --turn; --help explains them.`,
    );
  }
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new StartError(`${option} takes a whole number from ${min} to ${max}, not "${text}".`);
}

function portForBrowsers(option: string, text: string): number {
  const port = wholeNumber(option, text, 1, 65_535);
  if (isBlocked(port)) throw new StartError(`Browsers refuse port ${port}: choose another with ${option}.`);
  return port;
}

function regionList(text: string): string[] {
  const regions = text.split(',').map((region) => region.trim());
  const bad = regions.find((region) => !/^[a-z][a-z0-9-]{0,40}$/.test(region));
  if (bad === undefined) return regions;
  throw new StartError(`--regions takes names like eu-central-1, separated by commas; "${bad}" is none.`);
}
