/** How NATS's client is told where a bus is and who asks, as far as a URL says it. */
interface BusAddress {
  /** host:port */
  servers: string;
  user?: string;
  pass?: string;
  tls?: Record<string, never>;
}

/** From `nats://` or, encrypted, `tls://`, with a name and a password or without: the client itself takes neither from a URL. */
export function busAddress(url: string): BusAddress {
  const { protocol, username, password, host } = new URL(url);
  return {
    servers: host,
    ...(username !== '' && { user: decodeURIComponent(username) }),
    ...(password !== '' && { pass: decodeURIComponent(password) }),
    ...(protocol === 'tls:' && { tls: {} }),
  };
}
