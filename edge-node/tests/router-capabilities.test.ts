import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { createWorker } from 'mediasoup';
import { expect, test } from 'vitest';
import { mediaCodecs } from '../src/adapters/mediasoup/media-codecs.ts';

test('a router has exactly the capabilities that browsers load before joining', async () => {
  const worker = await createWorker();
  try {
    const router = await worker.createRouter({ mediaCodecs });
    expect(router.rtpCapabilities).toEqual(routerRtpCapabilities);
  } finally {
    worker.close();
  }
});
