import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../../scripts/setup/programs.mjs';

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream=fps=30',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  // Media flows over 127.0.0.1, and candidates are to show it.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--allow-loopback-in-peer-connection',
];

/** A headless Chromium with a fake camera and microphone. `extraFlags` come last. */
export async function launchChromium(extraFlags: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (executablePath === undefined)
    throw new Error('Chromium is not installed: run "npm run setup", or set CHROMIUM_BIN');
  // Chromium's sandbox refuses to run as root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, headless: true, args: [...asRoot, ...flags, ...extraFlags] });
}
