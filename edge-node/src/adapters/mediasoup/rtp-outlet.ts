import { RtpCapabilities } from '@canopy/proto/media';
import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import type { types } from 'mediasoup';
import type { ConsumeOptions, MediaConsumer, RtpOutlet } from '../../app/ports/media.ts';
import { consumeOn } from './client-transport.ts';
import { MediasoupClosable } from './closable.ts';

const withoutRepair = RtpCapabilities.fromPartial({
  codecs: routerRtpCapabilities.codecs.filter(({ mimeType }) => !mimeType.toLowerCase().endsWith('/rtx')),
  headerExtensions: [],
});

/** Plain RTP to another process on this host. */
export class PlainRtpOutlet extends MediasoupClosable implements RtpOutlet {
  readonly rtpCapabilities = withoutRepair;
  readonly #transport: types.PlainTransport;

  constructor(transport: types.PlainTransport) {
    super(transport);
    this.#transport = transport;
  }

  consume(options: ConsumeOptions): Promise<MediaConsumer> {
    return consumeOn(this.#transport, options);
  }
}
