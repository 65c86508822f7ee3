/** How a meeting is made, beside its title and kind. */
export interface Options {
  /** Empty: none is asked for; of a meeting that has one: it stays. */
  password: string;
  lobby: 'off' | 'guests' | 'everyone-but-hosts';
  /** How many fit in; empty: as many as the server takes. */
  capacity: string;
  /** A webinar's stage practises, and its audience waits until it goes live. */
  backstage: boolean;
}

export const plainOptions: Options = { password: '', lobby: 'off', capacity: '', backstage: false };

/** Settings that these options stand for. */
const own = ['password', 'lobby', 'capacity', 'backstage'] as const;

/** What the settings of a meeting say; a password is never told. */
export function optionsOf({ lobby, capacity, backstage }: Readonly<Record<string, unknown>>): Options {
  return {
    password: '',
    lobby: lobby === 'guests' || lobby === 'everyone-but-hosts' ? lobby : 'off',
    capacity: typeof capacity === 'number' ? String(capacity) : '',
    backstage: backstage === true,
  };
}

/** As the API takes them. */
export function settingsOf({ password, lobby, capacity, backstage }: Options, mode: 'meeting' | 'webinar') {
  return {
    ...(password === '' ? {} : { password }),
    ...(lobby === 'off' ? {} : { lobby }),
    ...(Number(capacity) > 0 ? { capacity: Number(capacity) } : {}),
    ...(backstage && mode === 'webinar' ? { backstage } : {}),
  };
}

/** Settings that say nothing of these options. */
export function otherSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !own.some((each) => each === name)));
}
