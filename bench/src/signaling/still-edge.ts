import { FakeEdge } from '../../../control-plane/src/testing/fake-edge.ts';

/** An edge without media: it answers the control plane at once, so that only signaling is measured. `still-edge.ts NATS_URL NAMESPACE`. */
const [natsUrl = '', namespace = ''] = process.argv.slice(2);
await FakeEdge.start({ id: 'still', region: 'eu-central-1', natsUrl, namespace, heartbeatEveryMs: 1_000 });
