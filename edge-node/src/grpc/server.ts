import { type EdgeLinkServer, EdgeLinkService } from '@canopy/proto/edge_link';
import { type EdgeMediaServer, EdgeMediaService } from '@canopy/proto/edge_media';
import { authorization } from '@canopy/runtime/authorization';
import type { Certificates } from '@canopy/runtime/certificates';
import { channelOptions, unaryHandlers } from '@canopy/runtime/grpc';
import type { Logger } from '@canopy/runtime/logger';
import { listenGrpc, type OnRefused } from '@canopy/runtime/tls-listener';
import { Server } from '@grpc/grpc-js';
import type { Edge } from '../app/edge.ts';
import { neighbourTimeoutMs } from '../app/ports/neighbours.ts';
import { attach } from './edge-link/attach.ts';
import { pull } from './edge-link/pull.ts';
import { release } from './edge-link/release.ts';
import { setFlow } from './edge-link/set-flow.ts';
import { closeMeeting } from './edge-media/close-meeting.ts';
import { closeSession } from './edge-media/close-session.ts';
import { connectTransport } from './edge-media/connect-transport.ts';
import { getState } from './edge-media/get-state.ts';
import { keepWarm } from './edge-media/keep-warm.ts';
import { openSession } from './edge-media/open-session.ts';
import { publishTrack } from './edge-media/publish-track.ts';
import { record } from './edge-media/record.ts';
import { restartIce } from './edge-media/restart-ice.ts';
import { resumeConsumers } from './edge-media/resume-consumers.ts';
import { setDraining } from './edge-media/set-draining.ts';
import { setPublishing } from './edge-media/set-publishing.ts';
import { setRoutes } from './edge-media/set-routes.ts';
import { setSubscriptions } from './edge-media/set-subscriptions.ts';
import { setTrackMuted } from './edge-media/set-track-muted.ts';
import { tracePath } from './edge-media/trace-path.ts';
import { unpublishTrack } from './edge-media/unpublish-track.ts';

export interface RunningServer {
  port: number;
  close(): Promise<void>;
}

interface GrpcServerOptions {
  edge: Edge;
  listen: { host: string; port: number };
  certificates: Certificates | undefined;
  /** Somebody was not let in. */
  onRefused: OnRefused;
  logger: Logger;
}

/** Serves EdgeMedia (to the control plane) and EdgeLink (to other edges). */
export async function startGrpcServer({
  edge,
  listen,
  certificates,
  onRefused,
  logger,
}: GrpcServerOptions): Promise<RunningServer> {
  const options = { ...channelOptions, 'grpc.keepalive_timeout_ms': neighbourTimeoutMs };
  const server = new Server({ ...options, interceptors: authorization(certificates, onRefused) });
  server.addService(EdgeMediaService, edgeMedia(edge, logger));
  server.addService(EdgeLinkService, edgeLink(edge, logger));
  const listener = await listenGrpc(server, listen, certificates, onRefused);
  return {
    port: listener.port,
    async close() {
      listener.close();
      server.forceShutdown();
    },
  };
}

/** Handlers of unary RPCs that work on this edge. */
function handlersOf(edge: Edge, logger: Logger) {
  const unary = unaryHandlers(logger);
  return <Request, Response>(handle: (edge: Edge, request: Request) => Promise<Response>) =>
    unary((request: Request) => handle(edge, request));
}

function edgeMedia(edge: Edge, logger: Logger): EdgeMediaServer {
  const serve = handlersOf(edge, logger);
  return {
    openSession: serve(openSession),
    connectTransport: serve(connectTransport),
    restartIce: serve(restartIce),
    publishTrack: serve(publishTrack),
    unpublishTrack: serve(unpublishTrack),
    setTrackMuted: serve(setTrackMuted),
    setSubscriptions: serve(setSubscriptions),
    resumeConsumers: serve(resumeConsumers),
    closeSession: serve(closeSession),
    closeMeeting: serve(closeMeeting),
    setRoutes: serve(setRoutes),
    keepWarm: serve(keepWarm),
    record: serve(record),
    setDraining: serve(setDraining),
    setPublishing: serve(setPublishing),
    getState: serve(getState),
    tracePath: serve(tracePath),
  };
}

function edgeLink(edge: Edge, logger: Logger): EdgeLinkServer {
  const serve = handlersOf(edge, logger);
  return {
    attach: (call) => void attach(edge, call, logger),
    pull: serve(pull),
    release: serve(release),
    setFlow: serve(setFlow),
  };
}
