import { acceptsTcp, type Door, keyOf } from './doors.ts';
import { connectivityCheck } from './stun.ts';
import { overUdp } from './stun-path.ts';
import type { MediaDoor } from './whip-session.ts';

/** What came of trying the doors of a region. */
export interface Trial {
  /** By the key of a door, whether it answered. Those that are missing could not be tried. */
  reached: ReadonlyMap<string, boolean>;
  /** Doors that sessions named, whether announced or not. */
  named: readonly Door[];
  relays: MediaDoor['relays'];
  /** Why no session could be opened. */
  error: unknown;
}

/** A worker answers over UDP only whom it has a session of, and the edge chooses the worker: more sessions reach more of them. */
const mostSessions = 16;
/** Edges that people are not sent to get none, so that their UDP ports can't be tried: then it is no use to go on. */
const mostInVain = 2;
const patienceMs = 20_000;

/**
 * Tries doors from here: TCP by connecting, UDP with sessions that `open` makes, until each is tried, or no session comes to one
 * that was not. Sessions stay open until then, so that the next is given another worker.
 *
 * @param tell how many answered or did not, each time there is one more
 */
export async function tryDoors(
  announced: readonly Door[],
  open: () => Promise<MediaDoor>,
  tell: (tried: number) => void,
): Promise<Trial> {
  const trying = new Map<string, Promise<boolean>>();
  const reached = new Map<string, boolean>();
  const start = (door: Door, answers: Promise<boolean>) => {
    const key = keyOf(door);
    const noted = answers.then((answered) => {
      reached.set(key, answered);
      tell(reached.size);
      return answered;
    });
    trying.set(key, noted);
  };
  for (const door of announced) if (door.protocol === 'tcp') start(door, acceptsTcp(door));

  await using sessions = new AsyncDisposableStack();
  const opened: MediaDoor[] = [];
  const until = Date.now() + patienceMs;
  let inVain = 0;
  let error: unknown;
  do {
    try {
      const session = sessions.use(await open());
      opened.push(session);
      const fresh = session.candidates.filter((door) => !trying.has(keyOf(door)));
      for (const door of fresh) start(door, door.protocol === 'udp' ? answersUdp(session, door) : acceptsTcp(door));
      inVain = fresh.length > 0 ? 0 : inVain + 1;
    } catch (failure) {
      error = failure;
    }
  } while (
    error === undefined &&
    announced.some((door) => !trying.has(keyOf(door))) &&
    opened.length < mostSessions &&
    inVain < mostInVain &&
    Date.now() < until
  );
  await Promise.all(trying.values());
  return {
    reached,
    named: opened.flatMap(({ candidates }) => candidates),
    relays: opened[0]?.relays ?? [],
    error: opened.length === 0 ? error : undefined,
  };
}

/** Any answer will do: it came all the way to the worker and back. */
async function answersUdp(session: MediaDoor, { address, port }: Door): Promise<boolean> {
  using path = overUdp(address, port);
  return (await path.ask(connectivityCheck(session))) !== undefined;
}
