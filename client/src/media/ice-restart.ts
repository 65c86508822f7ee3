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

/**
 * Has a transport look for a way from the addresses that there are now, without a word to the server: an ICE-lite agent answers
 * checks from anywhere that know its parameters (RFC 8445 §2.5), and media follows the nominated pair. What flows goes on over the
 * old way until there is another.
 *
 * @param iceParameters those that the server gave out last
 */
export async function regather(
  transport: Pick<Transport, 'direction' | 'restartIce'>,
  iceParameters: IceParameters,
): Promise<void> {
  // Who receives answers offers, and looks for a way anew only when the fragment of one is another. Nobody answers checks with this one.
  const nobody = { ...iceParameters, usernameFragment: `${iceParameters.usernameFragment}0` };
  if (transport.direction === 'recv') await transport.restartIce({ iceParameters: nobody });
  await transport.restartIce({ iceParameters });
}
