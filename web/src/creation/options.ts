/** How a meeting is made, beside its title and kind. */
export interface Options {
  /** Empty: none is asked for; of a meeting that has one: it stays. */
  password: string;
  lobby: 'off' | 'guests' | 'everyone-but-hosts';
  /** How many may be in it at once; empty: as many as the server takes. */
  capacity: string;
  /** Who comes to watch a webinar registers first: at most so many, or, if empty, whoever wants to. */
  registration: boolean;
  registrationLimit: string;
  /** A webinar's stage practises, and its audience waits until it goes live. */
  backstage: boolean;
  /** Whom a webinar's audience may write to. */
  chat: 'everyone' | 'panelists' | 'off';
}

export const plainOptions: Options = {
  password: '',
  lobby: 'off',
  capacity: '',
  registration: false,
  registrationLimit: '',
  backstage: false,
  chat: 'everyone',
};

/** Settings that these options stand for. */
const own = ['password', 'lobby', 'capacity', 'registration', 'backstage', 'chat'] as const;

/** What the settings of a meeting say; a password is never told. */
export function optionsOf(settings: Readonly<Record<string, unknown>>): Options {
  const { lobby, capacity, registration, backstage, chat } = settings;
  const limit =
    typeof registration === 'object' && registration !== null && 'limit' in registration && registration.limit;
  return {
    password: '',
    lobby: lobby === 'guests' || lobby === 'everyone-but-hosts' ? lobby : 'off',
    capacity: typeof capacity === 'number' ? String(capacity) : '',
    registration: registration !== undefined,
    registrationLimit: typeof limit === 'number' ? String(limit) : '',
    backstage: backstage === true,
    chat: chat === 'panelists' || chat === 'off' ? chat : 'everyone',
  };
}

/** As the API takes them. */
export function settingsOf(options: Options, mode: 'meeting' | 'webinar') {
  const { password, lobby, capacity, registration, registrationLimit, backstage, chat } = options;
  const limit = Number(registrationLimit);
  return {
    ...(password === '' ? {} : { password }),
    ...(lobby === 'off' ? {} : { lobby }),
    ...(Number(capacity) > 0 ? { capacity: Number(capacity) } : {}),
    ...(registration && mode === 'webinar' ? { registration: limit > 0 ? { limit } : {} } : {}),
    ...(backstage && mode === 'webinar' ? { backstage } : {}),
    ...(chat !== 'everyone' && mode === 'webinar' ? { chat } : {}),
  };
}

/** Settings that say nothing of these options. */
export function otherSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !own.some((each) => each === name)));
}
