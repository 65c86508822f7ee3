import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { preview } from 'vite';

export interface ServedApp extends AsyncDisposable {
  url: string;
}

/** Serves the app as the set-up built it, and nothing else. Rejects when it was not built. */
export async function serveBuiltApp(): Promise<ServedApp> {
  const root = join(import.meta.dirname, '..', '..');
  if (!existsSync(join(root, 'dist', 'index.html')))
    throw new Error('The app is not built: run "npm run setup -- mesh".');
  const server = await preview({ root, logLevel: 'warn', preview: { port: 0, host: '127.0.0.1' } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('the app is served nowhere');
  return { url, [Symbol.asyncDispose]: () => server.close() };
}

const regions = [
  { id: 'eu-central-1', name: 'Frankfurt', latitude: 50.11, longitude: 8.68 },
  { id: 'ap-southeast-2', name: 'Sydney', latitude: -33.87, longitude: 151.21 },
];

/** As guests may know it. */
export const meeting = {
  id: 'design-review',
  title: 'Design review',
  mode: 'meeting',
  status: 'scheduled',
  startTime: null,
  opensAt: null,
  endToEndEncrypted: false,
  role: 'panelist',
  mayHost: true,
};

/** The answer to whether somebody is signed in: nobody is. */
export const signedOut = signedInAs(null);

/** The same where that account is. */
export function signedInAs(account: object | null) {
  return { '/v1/account/session': { status: 200, body: { account } } };
}

/** Answers what the app asks before anybody joins, as a control plane with open access would. */
export async function answerApi(
  page: Page,
  answers: Record<string, { status: number; body: object }> = {},
): Promise<void> {
  const all: Record<string, { status: number; body: object }> = {
    '/v1/config': {
      status: 200,
      body: { openAccess: true, signUp: true, signInWith: null, clientLocation: true, regions },
    },
    '/v1/meetings/design-review/invitation': { status: 200, body: meeting },
    ...answers,
  };
  await page.route('**/v1/**', (route) => {
    const answer = all[new URL(route.request().url()).pathname];
    if (answer === undefined) return route.fulfill(failure('NOT_FOUND', 404));
    return route.fulfill({ status: answer.status, json: answer.body });
  });
}

function failure(code: string, status: number, retryable = false) {
  return { status, json: { error: { code, message: '', retryable } } };
}
