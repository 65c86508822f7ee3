import { hostname } from 'node:os';
import { regionById } from '@canopy/geo/regions';
import { siteKey } from '@canopy/runtime/address';
import { type Clock, systemClock } from '@canopy/runtime/clock';
import { createLogger, type Logger } from '@canopy/runtime/logger';
import { isLoopback } from '@canopy/runtime/loopback';
import { protocolVersion } from '@canopy/runtime/protocol';
import type { OnRefused } from '@canopy/runtime/tls-listener';
import { openStore } from '@canopy/storage/open-store';
import { calendarFile } from './adapters/calendar/calendar-file.ts';
import { keySecretsOf, randomSecret } from './adapters/crypto/api-key-secrets.ts';
import { Metrics } from './adapters/metrics/metrics.ts';
import { clientAddress } from './adapters/net/client-address.ts';
import { OidcProvider } from './adapters/oidc/oidc-provider.ts';
import { PostgresApiKeys } from './adapters/postgres/api-keys.ts';
import { recordingFigures } from './adapters/postgres/recording-figures.ts';
import { type RequestLimit, requestLimiter } from './adapters/redis/rate-limiter.ts';
import { defaultRequestLimits, type RequestLimits, requestLimits } from './adapters/redis/request-limits.ts';
import type { Config } from './config.ts';
import {
  type Adapters,
  openBus,
  openCertificates,
  openDatabase,
  openGeo,
  openRedis,
  withPatience,
} from './context/adapters.ts';
import { startBackground } from './context/background.ts';
import type { KeyIds } from './context/foundation.ts';
import { openSealer } from './context/sealing.ts';
import { answersOf, readiness } from './context/services.ts';
import { createUseCases } from './context/use-cases.ts';
import { type KeyScope, keyScopes } from './core/access/scopes.ts';
import { RoutingServer } from './grpc/routing.ts';
import { createHttpServer } from './http/server.ts';
import { defaultSignalLimits, type SignalLimits } from './ws/limits.ts';
import { originCheck } from './ws/origin.ts';
import { SignalServer } from './ws/server.ts';

/** What tests put in place of the real thing; what is given is not built, and its giver closes it. */
export interface Overrides extends Partial<Adapters> {
  clock?: Clock;
  logger?: Logger;
  signalLimits?: SignalLimits;
  requestLimits?: RequestLimits;
  connectionLimit?: RequestLimit;
}

/** A running control plane. */
export interface ControlPlane extends AsyncDisposable {
  /** Where it listens, ports filled in. */
  httpAddress: string;
  grpcAddress: string;
  /** Reads the certificates again. */
  reload(): void;
}

/** The key that callers without one act as. */
const builtInKeyId = 'builtin';
/** The key that users' meetings are kept under. */
const accountsKeyId = 'accounts';

// An office of a thousand people has one address; a thousand sockets may have to come back at once.
const connectionsPerSite: RequestLimit = { requests: 1_500, seconds: 15 };

/** Connections the kernel holds until they are accepted: while very many join, one that it drops comes again only a second later. The kernel has a limit of its own (`net.core.somaxconn`). */
const mostUnaccepted = 4_096;

/** Opens the connections, puts everything together and listens. Nothing is left open if it fails. */
export async function startControlPlane(config: Config, overrides: Overrides = {}): Promise<ControlPlane> {
  await using owned = new AsyncDisposableStack();
  const clock = overrides.clock ?? systemClock;
  const logger =
    overrides.logger ?? createLogger('control-plane', config.logLevel).child({ replica: config.replicaId });
  const db = overrides.db ?? (await openDatabase(config, logger, owned));
  const redis = overrides.redis ?? (await openRedis(config, logger, owned));
  const bus = overrides.bus ?? (await openBus(config, clock, logger, owned));
  const geo = overrides.geo ?? (await openGeo(config, clock, logger, owned));
  const adapters: Adapters = { db, redis, bus, geo };

  const sealer = await openSealer(config, adapters, logger);
  const keys = new PostgresApiKeys(db, sealer);
  const { keyIds, secret } = await withPatience('PostgreSQL', config.timing.startTimeoutMs, () =>
    ensureApiKeys(config, keys),
  );
  const metrics = new Metrics();
  const certificates = openCertificates(config, clock, logger, owned);
  const useCases = createUseCases({
    ...adapters,
    config,
    keyIds,
    secret,
    sealer,
    certificates,
    metrics,
    clock,
    logger,
    owned,
  });
  await useCases.agreement.enter();
  await startBackground(config, adapters, useCases, clock, logger, owned);

  const connections = requestLimiter(
    redis,
    `${config.namespace}:connections`,
    overrides.connectionLimit ?? connectionsPerSite,
  );
  const signal = new SignalServer({
    useCases,
    limits: overrides.signalLimits ?? defaultSignalLimits,
    addressOf: clientAddress(config.trustedProxies),
    originAllowed: originCheck(config.allowedOrigins),
    admit: (address) => connections(siteKey(address)),
    mostPerAddress: config.maxSocketsPerAddress,
    clientsBelieved: config.trustClientLocation,
    clock,
    logger,
    onHandshake: (result) => metrics.handshake(result),
    onServed: (message, result, elapsedMs) => metrics.served(message, result, elapsedMs),
  });
  const { rooms, edges, replicas } = useCases;
  bus.onEventLag((lagMs) => metrics.eventHeard(lagMs));
  bus.onRefused((why) => metrics.busRefused(why));
  bus.onReconnected(() => metrics.busReconnected());
  metrics.observe({
    connections: () => signal.connections,
    rooms: () => rooms.list(),
    edges: () => edges.list(),
    services: () => answersOf(adapters),
    busRoundTrip: () => bus.roundTrip(),
    busServers: () => bus.servers(),
    geoBuiltAt: () => geo.builtAt,
    recordings: async () => (config.recordings === undefined ? undefined : recordingFigures(db).catch(() => undefined)),
    certificates,
  });

  const refused: OnRefused = (why, text) => {
    metrics.tlsRefused(why);
    if (text !== undefined) logger.warn({ call: text }, 'a call was refused');
  };
  const routing = owned.use(new RoutingServer(useCases.planning, certificates, refused, logger));
  const [grpcHost, wantedPort] = splitAddress(config.grpcListen);
  const grpcPort = await routing.listen({ host: grpcHost, port: wantedPort });
  const http = await createHttpServer(
    {
      ...useCases,
      regionName: (region) => regionById(region)?.name ?? region,
      recordingFiles: config.recordings === undefined ? undefined : openStore(config.recordings),
      openAccess: config.openAccess,
      signUp: config.signUp,
      publicUrl: config.publicUrl,
      oidc: config.oidc && { name: config.oidc.name, provider: new OidcProvider(config.oidc) },
      clientsBelieved: config.trustClientLocation,
      ...requestLimits(redis, config.namespace, overrides.requestLimits ?? defaultRequestLimits),
      readiness: () => readiness(adapters),
      metrics: metrics.registry,
      calendarFile,
    },
    config,
    logger,
  );
  owned.defer(() => http.close());
  owned.defer(() => signal.stop());
  signal.listen(http.server);
  const [host, port] = splitAddress(config.httpListen);
  const httpAddress = new URL(await http.listen({ host, port, backlog: mostUnaccepted })).host;
  const grpcAddress = `${grpcHost}:${grpcPort}`;
  const self = { id: config.replicaId, metricsAddress: metricsAddress(config, httpAddress), protocol: protocolVersion };
  owned.defer(replicas.join(self));
  if (config.openAccess && !isLoopback(host)) logger.warn({ host }, 'anybody who reaches this server may use it');
  if (sealer.head === undefined && !isLoopback(host))
    logger.warn(
      {},
      'CONTROL_SEALING_KEYS seals nothing: who reads the database, or a backup of it, can sign as others do',
    );
  logger.info({ httpAddress, grpcAddress }, 'control plane ready');

  const running = owned.move();
  return {
    httpAddress,
    grpcAddress,
    reload: () => certificates?.tryToRenew(logger),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Makes the keys there must be, and those that nobody needs to have. The secret is that of the installation's own key, which the database does not know; without one, of a key that only the database knows. */
async function ensureApiKeys(
  { apiKey, openAccess }: Config,
  keys: PostgresApiKeys,
): Promise<{ keyIds: KeyIds; secret: string }> {
  const keyOf = (id: string, secret: string, scopes: readonly KeyScope[]) => {
    return { id, ...keySecretsOf(secret), scopes, expiresAt: undefined, previous: undefined };
  };
  if (apiKey !== undefined) await keys.ensure(keyOf(apiKey.id, apiKey.secret, keyScopes));
  const { signingSecret } = await keys.ensureAny(keyOf(accountsKeyId, randomSecret(), ['meetings']));
  if (openAccess && apiKey === undefined) await keys.ensureAny(keyOf(builtInKeyId, randomSecret(), keyScopes));
  return {
    keyIds: { openAccess: openAccess ? (apiKey?.id ?? builtInKeyId) : undefined, accounts: accountsKeyId },
    secret: apiKey?.secret ?? signingSecret,
  };
}

/** Where others read its metrics: who listens on every address is found by its host's name. */
function metricsAddress({ metricsAddress: given }: Config, httpAddress: string): string {
  if (given !== undefined) return given;
  const [host, port] = splitAddress(httpAddress);
  return host === '0.0.0.0' || host === '::' ? `${hostname()}:${port}` : httpAddress;
}

function splitAddress(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon).replace(/^\[|\]$/g, ''), Number(address.slice(colon + 1))];
}
