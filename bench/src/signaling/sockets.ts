import type { LightSocket } from './light-socket.ts';
import { Unreached } from './subject.ts';

/** Resolves with the first message that `isIt` says is the one. Rejects with {@link Unreached} when the socket closes before. */
export function answerOn(socket: LightSocket, isIt: (message: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      socket.off('message', heard);
      socket.off('close', closed);
      act();
    };
    const heard = (message: Buffer) => {
      if (isIt(message)) settle(() => resolve(message));
    };
    const closed = () => settle(() => reject(new Unreached('the socket was closed')));
    socket.on('message', heard);
    socket.on('close', closed);
  });
}

export function closeAll(sockets: readonly LightSocket[]): void {
  for (const socket of sockets) socket.terminate();
}
