import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { OidcTestProvider } from '../../control-plane/src/testing/oidc-provider.ts';
import { type Mesh, startMesh } from '../src/index.ts';
import { violations } from '../src/testing/accessibility.ts';
import { launchChromium } from '../src/testing/chromium.ts';

let provider: OidcTestProvider;
let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  // Another site for browsers, as a provider is.
  provider = await OidcTestProvider.listen('localhost');
  const { issuer, clientId, clientSecret } = provider;
  const replicaEnv = {
    CONTROL_OIDC_ISSUER: issuer,
    CONTROL_OIDC_CLIENT_ID: clientId,
    CONTROL_OIDC_CLIENT_SECRET: clientSecret,
    CONTROL_OIDC_NAME: 'Example',
  };
  const apiKey = { id: 'operator', secret: 'a-secret-of-this-test-only' };
  [mesh, browser] = await Promise.all([startMesh({ regions: ['eu-central-1'], apiKey, replicaEnv }), launchChromium()]);
  provider.serve(mesh.url);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
  await provider?.[Symbol.asyncDispose]();
});

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  // Its pages would wait for a typeface.
  await context.route('https://fonts.googleapis.com/**', (route) => route.abort());
  return await context.newPage();
}

const home = (page: Page) => page.getByRole('banner').getByRole('link').first();

async function toProvider(page: Page): Promise<void> {
  await page.goto(mesh.url);
  await page.getByTestId('sign-in-to-start').click();
  await page.getByRole('link', { name: 'Sign in with Example' }).click();
}

test('who signs in at their organization may start a meeting by their name, until they sign out', async () => {
  const page = await newPage();
  await page.goto(`${mesh.url}/account`);
  await page.getByRole('link', { name: 'Sign in with Example' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await toProvider(page);
  await page.waitForURL(`${provider.issuer}/**`);
  await page.getByPlaceholder('Enter any login').fill('mara');
  await page.getByPlaceholder('and password').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();

  await page.waitForURL(`${mesh.url}/account`);
  await expect.poll(() => page.getByTestId('profile-name').inputValue()).toBe('Name of mara');
  // There is no password here that could be changed.
  expect(await page.locator('input[type=password]').count()).toBe(0);
  await home(page).click();
  await page.getByTestId('create-meeting').click();
  await expect.poll(() => page.getByTestId('join-name').inputValue()).toBe('Name of mara');

  await page.goto(`${mesh.url}/account`);
  await page.getByTestId('sign-out').click();
  await page.getByTestId('account-submit').waitFor();
  expect(await page.evaluate(`fetch('/v1/account').then(({ status }) => status)`)).toBe(401);
  await home(page).click();
  await page.getByTestId('sign-in-to-start').waitFor();
  expect(await page.getByTestId('create-meeting').count()).toBe(0);

  // The provider still knows them.
  await toProvider(page);
  await page.waitForURL(`${mesh.url}/account`);
  await expect.poll(() => page.getByTestId('profile-name').inputValue()).toBe('Name of mara');
});

test('who gives up at their organization is told so in words, and may try again', async () => {
  const page = await newPage();
  await toProvider(page);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.getByRole('alert').getByText('You are not signed in').waitFor();
  expect(new URL(page.url()).origin).toBe(mesh.url);
  await page.getByRole('link', { name: 'Sign in with Example' }).click();
  await page.getByPlaceholder('Enter any login').waitFor();
});
