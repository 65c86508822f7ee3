import type { AttachRequest, LinkEvent } from '@canopy/proto/edge_link';
import { inCall, toGrpcStatus } from '@canopy/runtime/grpc';
import type { Logger } from '@canopy/runtime/logger';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Edge } from '../../app/edge.ts';
import type { LinkSink } from '../../app/ports/neighbours.ts';
import { checkIds } from '../identifiers.ts';

type AttachCall = ServerWritableStream<AttachRequest, LinkEvent>;

export async function attach(edge: Edge, call: AttachCall, logger: Logger): Promise<void> {
  const sink = new CallSink(call);
  try {
    await inCall(call, logger, async () => {
      const { meetingId, childEdgeId, linkId } = call.request;
      checkIds(meetingId, childEdgeId, linkId);
      await edge.links.attach(call.request, sink);
    });
  } catch (error) {
    sink.end(error instanceof Error ? error : new Error(String(error)));
  }
}

class CallSink implements LinkSink {
  readonly #call: AttachCall;
  #ended = false;

  constructor(call: AttachCall) {
    this.#call = call;
    call.on('error', () => {
      this.#ended = true;
    });
  }

  send(event: LinkEvent): void {
    if (!this.#ended && !this.#call.cancelled) this.#call.write(event);
  }

  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    if (error === undefined) this.#call.end();
    else this.#call.emit('error', toGrpcStatus(error));
  }

  onClosed(listener: () => void): void {
    if (this.#call.cancelled) queueMicrotask(listener);
    else this.#call.once('cancelled', listener);
  }
}
