import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { Device, detectDeviceAsync } from 'mediasoup-client';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { Safari12 } from 'mediasoup-client/handlers/Safari12';
import type * as ms from 'mediasoup-client/types';

/** The browser has no WebRTC, is too old, or is none that is known. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}

/** Whether this browser can join meetings: it has WebRTC, which Apple's Lockdown Mode takes away, and is no older than Chrome 119, Firefox 121 or Safari 17.4. */
export function canJoin(): boolean {
  return 'RTCPeerConnection' in globalThis && 'withResolvers' in Promise;
}

/** Says when a frame was captured; edges pass it on as it is. Browsers that know it leave it out unless they are told to send it. */
const forcedRtpExtensions = { 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time': true };

/** The routers' capabilities are the same everywhere, so the device is ready before anybody was asked. Rejects with an `UnsupportedError` where mediasoup-client does not know the browser. */
export async function loadDevice(): Promise<ms.Device> {
  const handlerName = await detectDeviceAsync();
  if (handlerName === undefined) throw new UnsupportedError('this browser is not known');
  const isSafari = handlerName === 'Safari12';
  const device = await Device.factory(
    isSafari ? { handlerFactory: handlerOfSafari() } : { handlerName, forcedRtpExtensions },
  );
  await device.load({ routerRtpCapabilities: routerRtpCapabilities as ms.RtpCapabilities });
  return device;
}

/**
 * Safari sends layers by their names (RFC 8853), as Chrome does. mediasoup-client's handler for Safari asks for layers without
 * names and then looks for their sources in the offer, where such a browser names none: it finds nothing, and no camera is sent.
 * What the browser can do is asked its own way, without the mode for layers within a stream that not every Safari knows.
 */
function handlerOfSafari(): ms.HandlerFactory {
  const own = Safari12.createFactory({ forcedRtpExtensions });
  const getNativeRtpCapabilities = (options: ms.HandlerGetNativeRtpCapabilitiesOptions) =>
    own.getNativeRtpCapabilities(options);
  return { ...Chrome111.createFactory({ forcedRtpExtensions }), getNativeRtpCapabilities };
}
