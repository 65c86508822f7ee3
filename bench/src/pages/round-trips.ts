import { ClientMessage, ServerMessage } from '@canopy/proto/signal';

interface Trips {
  /** Round trips that passed before the parameters of the first remote track arrived; 0 while they have not. */
  toFirstConsumers(): number;
}

/**
 * Watches the page's next WebSocket. A request sent after n answers-in-a-row belongs to round trip n + 1, so that requests
 * sent together count once.
 */
export function countRoundTrips(): Trips {
  const RealSocket = window.WebSocket;
  const tripOf = new Map<number, number>();
  let passed = 0;
  let found = 0;
  window.WebSocket = class extends RealSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      window.WebSocket = RealSocket;
      this.addEventListener('message', ({ data }) => {
        const { reply } = ServerMessage.fromJSON(JSON.parse(String(data)));
        if (reply === undefined) return;
        const trip = tripOf.get(reply.id) ?? 0;
        const consumers = reply.joined?.consumers ?? reply.subscribed?.added ?? [];
        if (found === 0 && consumers.length > 0) found = trip;
        passed = Math.max(passed, trip);
      });
    }

    override send(data: string | Blob | BufferSource): void {
      if (typeof data === 'string') tripOf.set(ClientMessage.fromJSON(JSON.parse(data)).id, passed + 1);
      super.send(data);
    }
  };
  return { toFirstConsumers: () => found };
}
