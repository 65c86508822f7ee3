import type { ClientMessage, Joined } from '@canopy/proto/signal';
import { onTestFinished } from 'vitest';
import { SignalConnection, type SignalConnectionOptions, type SignalEvents } from '../signal/signal-connection.ts';
import { type Answer, type Script, ScriptedServer } from './scripted-server.ts';

/** A server for this test. */
export async function serve(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script);
  onTestFinished(() => server[Symbol.dispose]());
  return server;
}

/** A connection for this test, which has not joined anything yet. */
export function connect(url: string, options: Partial<SignalConnectionOptions> = {}): SignalConnection {
  const connection = new SignalConnection({
    url,
    resumeFrom: () => ({ position: { generation: 'g', sequence: 7 }, restartIce: false }),
    random: () => 0.1,
    backoff: { initialMs: 20, maxMs: 100 },
    timeoutMs: 5_000,
    ...options,
  });
  onTestFinished(() => connection.leave());
  return connection;
}

/** A connection that has joined a meeting at a server with this script. */
export async function enter(script: Script, options: Partial<SignalConnectionOptions> = {}) {
  const server = await serve(script);
  const connection = connect(server.url, options);
  await connection.join(hello, ignore);
  return { server, connection };
}

export const hello = { token: 'token', rtts: [] };

export const ignore = () => {};

/** Resolves with the next fact of that name. */
export function next<Name extends keyof SignalEvents>(
  connection: SignalConnection,
  name: Name,
): Promise<SignalEvents[Name]> {
  return new Promise((resolve) => {
    const stop = connection.events.on(name, (fact) => {
      stop();
      resolve(fact);
    });
  });
}

export function joined(resumeToken = 'first'): Joined {
  return { participantId: 'p', role: 'ROLE_HOST', resumeToken, consumers: [] };
}

/** Lets everybody in and back, and does whatever is asked. */
export const welcome = (message: ClientMessage): Answer => {
  if (message.join) return { joined: joined() };
  if (message.resume) return { resumed: { events: [], resumeToken: 'second' } };
  return { done: {} };
};
