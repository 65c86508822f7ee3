import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openDataDir } from '../data-dir.ts';
import { Authority } from '../mesh/authority.ts';
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
  tlsPort: number;
  /** Of the authority that its certificate is from. */
  caFile: string;
  /** Gives it another certificate while it runs. */
  renewCertificate(): Promise<void>;
}

/** The TURN server of an edge on 127.0.0.1, without the edge. It relays over IPv6 too. */
export async function startTurnServer(): Promise<RunningTurnServer> {
  await using stack = new AsyncDisposableStack();
  const dataDir = stack.use(openDataDir()).path;
  const guard = stack.use(new Guard());
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const name = 'turn';
  const authority = await Authority.create(join(dataDir, 'tls'));
  const tls = await authority.issue(name);
  const settings = {
    name,
    place: allHere.control,
    port,
    tlsPort,
    tls,
    address: `127.0.0.1:${port}`,
    secret: randomBytes(24).toString('hex'),
    edgeAddress: '127.0.0.1',
    relayAddresses: ['127.0.0.1', '::1'],
    dataDir,
  };
  const server = stack.use(new TurnServer(settings, guard));
  await server.start();
  const renewCertificate = async () => {
    await authority.issue(name);
    server.kill('SIGUSR2');
  };
  const owned = stack.move();
  return {
    urls: server.urls,
    secret: server.secret,
    port,
    tlsPort,
    caFile: tls.caFile,
    renewCertificate,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
