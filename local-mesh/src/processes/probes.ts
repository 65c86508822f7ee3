import { connect } from 'node:net';

/** Whether a GET is answered with a 2xx. */
export async function answersOk(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // Nobody listens yet: the caller asks again.
  }
}

/** Whether a TCP server of 127.0.0.1 sends `expected` first, after `say` if that is given; each character of them is a byte. */
export function greets(port: number, expected: string, say?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('connect', () => say !== undefined && socket.write(say, 'latin1'));
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      if (heard.length >= expected.length) socket.destroy();
    });
    socket.on('error', () => socket.destroy()); // Nobody listens yet: the caller asks again.
    socket.on('close', () => resolve(heard.startsWith(expected)));
  });
}
