import { startInProcessEdge } from '@canopy/edge-node/testing';

/** An edge in a process of its own whose clients are plain RTP: `plain-edge.ts ID NATS_URL GRPC_PORT`. */
const [id = '', natsUrl = '', port = ''] = process.argv.slice(2);
await startInProcessEdge(id, natsUrl, {
  grpcListen: { host: '127.0.0.1', port: Number(port) },
  links: { linkIp: '127.0.0.1', minPort: 40_000, maxPort: 49_999, lingerMs: 5_000, speakers: 5 },
});
