import i18next from 'i18next';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { readRemembered, remember } from '../lib/remembered.ts';
import { capture, listDevices } from './capture.ts';
import { deviceErrorText, isMissing } from './device-errors.ts';

export type DeviceKind = 'camera' | 'microphone';

interface DeviceState {
  /** What the person wants. */
  readonly on: boolean;
  /** On only while a key is held. */
  readonly held: boolean;
  /** What they chose the last time, here or in another meeting. */
  readonly chosen: boolean;
  /** What there is; null while off, starting or failing. A muted microphone stays open. */
  readonly track: MediaStreamTrack | null;
  readonly starting: boolean;
  readonly deviceId: string | undefined;
  readonly choices: readonly MediaDeviceInfo[];
  /** Why it could not be started, for the person. */
  readonly error: string | null;
}

export type DeviceStore = StoreApi<DeviceState> & {
  setOn(on: boolean): Promise<void>;
  /** The same, for the person, whose choice stands the next time as well. */
  choose(on: boolean): Promise<void>;
  /** On until the function that it returns is called, unless somebody turns it on or off meanwhile; nothing to undo where it was on before. */
  hold(): (() => void) | undefined;
  select(deviceId: string): Promise<void>;
  /** Opens it anew, if it is open or about to be, with what was chosen meanwhile. On stays on, and silenced silenced. */
  restart(): Promise<void>;
  /** Looks again at what there is to choose from. */
  refresh(): Promise<void>;
  /** Turns the hardware off. */
  release(): void;
};

const off: DeviceState = {
  on: false,
  held: false,
  chosen: true,
  track: null,
  starting: false,
  deviceId: undefined,
  choices: [],
  error: null,
};

/** One camera or microphone of this person. Switching the camera off frees it, so that its light goes out; the microphone is only silenced, so that it is back in an instant. */
export function createDeviceStore(kind: DeviceKind): DeviceStore {
  const key = `canopy.${kind}`;
  const chosenKey = `canopy.${kind}.on`;
  const store = createStore<DeviceState>(() => ({
    ...off,
    deviceId: readRemembered<string | undefined>(key, undefined),
    chosen: readRemembered(chosenKey, true),
  }));
  /** Ends with each start or stop, and with it what is open or being opened: an answer that comes late is for nobody. */
  let life = new AbortController();

  function free(): AbortSignal {
    life.abort();
    life = new AbortController();
    return life.signal;
  }

  function release(): void {
    free();
    store.setState({ track: null, starting: false });
  }

  async function start(deviceId: string | undefined, on = true): Promise<void> {
    // In one step: who follows it would take what is between two devices for none.
    const signal = free();
    store.setState({ track: null, on, starting: true, error: null, deviceId });
    try {
      const { track, origin, broken } = await capture(kind, deviceId, signal);
      if (signal.aborted) return;
      // It may have been silenced meanwhile.
      track.enabled = store.getState().on;
      origin.addEventListener('ended', () => void lost(track));
      const choices = await listDevices(kind);
      if (signal.aborted) return;
      // Unplugged before anybody listened.
      if (origin.readyState === 'ended') throw new DOMException('the device is gone', 'NotFoundError');
      store.setState({ track, starting: false, choices, deviceId: origin.getSettings().deviceId ?? deviceId });
      void broken?.then((reason) => giveUp(track, reason));
    } catch (error) {
      if (signal.aborted) return;
      free();
      // One that was remembered and is not there today.
      if (deviceId !== undefined && isMissing(error)) return start(undefined, store.getState().on);
      store.setState({ on: false, starting: false, error: deviceErrorText(kind, error) });
    }
  }

  /** It was unplugged, or the permission was withdrawn: another one takes its place, if there is any, and the person is told. */
  async function lost(track: MediaStreamTrack): Promise<void> {
    if (store.getState().track !== track) return;
    release();
    const { signal } = life;
    const choices = await listDevices(kind);
    // It may have been switched off meanwhile, or opened anew.
    if (signal.aborted) return;
    const { on } = store.getState();
    store.setState({ choices, on: false, deviceId: undefined, error: i18next.t(`settings:lost_${kind}`) });
    if (!on || choices.length === 0) return;
    await start(undefined);
    if (store.getState().track !== null)
      store.setState({ error: i18next.t('fellBack', { ns: 'settings', kind: i18next.t(kind, { ns: 'settings' }) }) });
  }

  /** Its filter failed: nothing is shown rather than what was not to be. */
  function giveUp(track: MediaStreamTrack, reason: unknown): void {
    if (store.getState().track !== track) return;
    console.warn(`canopy: the ${kind} is off`, reason);
    release();
    store.setState({ on: false, error: deviceErrorText(kind, reason) });
  }

  /** Something was plugged in or out. */
  async function refresh(): Promise<void> {
    store.setState({ choices: await listDevices(kind) });
  }

  async function turn(on: boolean, held: boolean): Promise<void> {
    const { track, deviceId } = store.getState();
    if (on && track === null) {
      store.setState({ held });
      return start(deviceId);
    }
    if (!on && kind === 'camera') release();
    if (track !== null) track.enabled = on;
    store.setState({ on, held, error: null });
  }

  function setOn(on: boolean): Promise<void> {
    return turn(on, false);
  }

  function keep(chosen: boolean): void {
    if (chosen === store.getState().chosen) return;
    remember(chosenKey, chosen);
    store.setState({ chosen });
  }

  function choose(on: boolean): Promise<void> {
    keep(on);
    return setOn(on);
  }

  function hold(): (() => void) | undefined {
    if (store.getState().on) return undefined;
    void turn(true, true);
    return () => {
      if (store.getState().held) void setOn(false);
    };
  }

  function select(deviceId: string): Promise<void> {
    remember(key, deviceId);
    // Who is silent, with a microphone open, stays so.
    const { track, starting, on } = store.getState();
    const wanted = (track === null && !starting) || on;
    // Whoever silenced it: to stay silent is not what was chosen now.
    if (wanted) keep(true);
    return start(deviceId, wanted);
  }

  async function restart(): Promise<void> {
    const { track, starting, deviceId, on } = store.getState();
    if (track !== null || starting) await start(deviceId, on);
  }

  return Object.assign(store, { setOn, choose, hold, release, select, restart, refresh });
}
