import type { IceServer } from '@canopy/proto/media';

/** The header that tells a standard client of relays, as RFC 9725 §4.6 says; none where there are none. */
export function iceServerLinks(servers: readonly IceServer[]): { link?: string[] } {
  const links = servers.flatMap(({ urls, username, credential }) =>
    urls.map(
      (url) =>
        `<${url}>; rel="ice-server"; username="${username}"; credential="${credential}"; credential-type="password"`,
    ),
  );
  return links.length === 0 ? {} : { link: links };
}
