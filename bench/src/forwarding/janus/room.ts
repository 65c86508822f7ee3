import { PeerConnection, RtcpReceivingSession, type Track, Video } from 'node-datachannel';
import { payloadType } from '../load.ts';
import type { JanusConnection, JanusHandle, Jsep } from './connection.ts';

const plugin = 'janus.plugin.videoroom';
const room = 1;

/** A peer connected to the room, and its only track. */
export interface RoomPeer extends Disposable {
  track: Track;
}

/** Makes the room, for one who publishes VP8 without limit. */
export async function createRoom(janus: JanusConnection): Promise<void> {
  const handle = await janus.attach(plugin);
  await handle.ask({ request: 'create', room, publishers: 1, videocodec: 'vp8', bitrate: 0, permanent: false });
}

/** Resolves when it is connected; `feed` is what others watch. */
export async function publishIn(janus: JanusConnection, ssrc: number): Promise<RoomPeer & { feed: number }> {
  const handle = await janus.attach(plugin);
  const connection = newConnection('publisher');
  const video = new Video('0', 'SendOnly');
  video.addVP8Codec(payloadType);
  video.addSSRC(ssrc, 'bench');
  const track = connection.addTrack(video);
  const offer = await localDescription(connection, 'offer');
  const { id, jsep } = await handle.ask({ request: 'joinandconfigure', room, ptype: 'publisher' }, offer);
  if (id === undefined || jsep === undefined) throw new Error('Janus did not answer the publisher');
  await connected(connection, () => connection.setRemoteDescription(jsep.sdp, 'answer'));
  // Before that it is nobody whom others can watch.
  await handle.flowing;
  return { feed: id, track, [Symbol.dispose]: () => connection.close() };
}

/** Resolves when it is connected. */
export async function watchIn(janus: JanusConnection, feed: number): Promise<RoomPeer> {
  const handle = await janus.attach(plugin);
  const { jsep } = await handle.ask({ request: 'join', room, ptype: 'subscriber', streams: [{ feed }] });
  if (jsep === undefined) throw new Error('Janus made no offer');
  const connection = newConnection('viewer');
  const arrived = Promise.withResolvers<Track>();
  connection.onTrack((track) => {
    track.setMediaHandler(new RtcpReceivingSession());
    arrived.resolve(track);
  });
  connection.setRemoteDescription(jsep.sdp, 'offer');
  await start(handle, connection);
  return { track: await arrived.promise, [Symbol.dispose]: () => connection.close() };
}

async function start(handle: JanusHandle, connection: PeerConnection): Promise<void> {
  const answer = await localDescription(connection, 'answer');
  await connected(connection, async () => void (await handle.ask({ request: 'start', room }, answer)));
}

function newConnection(name: string): PeerConnection {
  return new PeerConnection(name, { iceServers: [], disableAutoNegotiation: true, forceMediaTransport: true });
}

/** With all candidates: nothing is sent later. */
async function localDescription(connection: PeerConnection, type: Jsep['type']): Promise<Jsep> {
  const { promise, resolve } = Promise.withResolvers<void>();
  connection.onGatheringStateChange((state) => {
    if (state === 'complete') resolve();
  });
  connection.setLocalDescription(type);
  await promise;
  return { type, sdp: connection.localDescription()?.sdp ?? '' };
}

async function connected(connection: PeerConnection, negotiate: () => void | Promise<void>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  connection.onStateChange((state) => {
    if (state === 'connected') resolve();
    if (state === 'failed' || state === 'closed') reject(new Error(`the connection to Janus is ${state}`));
  });
  await Promise.all([negotiate(), promise]);
}
