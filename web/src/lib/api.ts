import { Api } from '@canopy/client';

/** The control plane that served this page. */
export const serverUrl = location.origin;

export const api = new Api({ url: serverUrl });
