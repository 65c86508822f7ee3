import { Api } from '@canopy/client';

/** The control plane that served this page. */
export const serverUrl = location.origin;

export const api = new Api({ url: serverUrl });

/** The API as whoever came by a link that gives a role; without one, as whoever uses this browser. */
export function apiFor({ link }: { link?: string }): Api {
  return link === undefined ? api : new Api({ url: serverUrl, apiKey: link });
}
