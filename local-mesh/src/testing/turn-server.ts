import { randomBytes } from 'node:crypto';
import { openDataDir } from '../data-dir.ts';
import { allHere } from '../mesh/place.ts';
import { answersStun, TurnServer } from '../mesh/turn-server.ts';
import { Guard } from '../processes/guard.ts';
import { freePorts } from '../processes/ports.ts';

export { answersStun };

export interface RunningTurnServer extends AsyncDisposable {
  urls: readonly string[];
  secret: string;
  /** Of 127.0.0.1, UDP and TCP. */
  port: number;
}

/** The TURN server of an edge on 127.0.0.1, without the edge. It relays over IPv6 too. */
export async function startTurnServer(): Promise<RunningTurnServer> {
  await using stack = new AsyncDisposableStack();
  const dataDir = stack.use(openDataDir()).path;
  const guard = stack.use(new Guard());
  const [port = 0] = await freePorts(1);
  const settings = {
    name: 'turn',
    place: allHere.control,
    port,
    address: `127.0.0.1:${port}`,
    secret: randomBytes(24).toString('hex'),
    edgeAddress: '127.0.0.1',
    relayAddresses: ['127.0.0.1', '::1'],
    dataDir,
  };
  const server = stack.use(new TurnServer(settings, guard));
  await server.start();
  const owned = stack.move();
  return { urls: server.urls, secret: server.secret, port, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
