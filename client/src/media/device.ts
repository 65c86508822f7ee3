import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { Device } from 'mediasoup-client';
import type * as ms from 'mediasoup-client/types';

/** The routers' capabilities are the same everywhere, so the device is ready before anybody was asked. */
export async function loadDevice(): Promise<ms.Device> {
  const device = await Device.factory();
  await device.load({ routerRtpCapabilities: routerRtpCapabilities as ms.RtpCapabilities });
  return device;
}
