import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { Device } from 'mediasoup-client';
import type * as ms from 'mediasoup-client/types';

/** Says when a frame was captured; edges pass it on as it is. Browsers that know it leave it out unless they are told to send it. */
const captureTime = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/** The routers' capabilities are the same everywhere, so the device is ready before anybody was asked. */
export async function loadDevice(): Promise<ms.Device> {
  const device = await Device.factory({ forcedRtpExtensions: { [captureTime]: true } });
  await device.load({ routerRtpCapabilities: routerRtpCapabilities as ms.RtpCapabilities });
  return device;
}
