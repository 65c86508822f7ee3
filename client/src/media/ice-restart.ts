import type { IceParameters, IceServer } from '@canopy/proto/media';
import type { Transport } from 'mediasoup-client/types';

/**
 * Has a transport look for a way anew. Relays take the credentials they gave out before for an hour, so those that are known stay
 * where a server names none, and where they can't be replaced (mediasoup-client does not do that in Firefox).
 */
export async function restartIce(
  transport: Pick<Transport, 'updateIceServers' | 'restartIce'>,
  iceParameters: IceParameters,
  iceServers: IceServer[],
): Promise<void> {
  if (iceServers.length > 0) {
    await transport
      .updateIceServers({ iceServers })
      .catch((error: unknown) => console.debug('canopy: the relays stay those that are known', error));
  }
  await transport.restartIce({ iceParameters });
}
