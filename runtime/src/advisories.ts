/** Programs of which distributions have versions with known security advisories, and the first without. */
const advised = {
  'nats-server': { name: 'NATS', firstWithout: '2.12.7' },
  turnserver: { name: 'coturn', firstWithout: '4.9.0' },
} as const;

export type Advised = keyof typeof advised;

/** A version with known security advisories, and the one to deploy. */
export interface Advisory {
  name: string;
  version: string;
  firstWithout: string;
}

/** What there is to tell of the version that a program says it is; undefined: nothing. */
export function advisoryOn(program: Advised, says: string): Advisory | undefined {
  const { name, firstWithout } = advised[program];
  const version = /\d+\.\d+\.\d+/.exec(says)?.[0];
  return version === undefined || !isOlder(version, firstWithout) ? undefined : { name, version, firstWithout };
}

function isOlder(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
