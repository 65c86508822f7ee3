import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { createMeeting } from '../src/testing/meetings.ts';
import { meshView, untilMesh } from '../src/testing/mesh-view.ts';

let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  const regions = ['eu-central-1', 'ap-southeast-2'];
  [mesh, browser] = await Promise.all([startMesh({ regions }), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

/** Serial numbers of the certificates that the nodes show to who connects now. */
function shown(): Promise<string[]> {
  const file = (name: string) => readFileSync(join(mesh.dataDir, 'tls', name));
  const [own] = mesh.edges;
  return Promise.all(
    [...mesh.replicas, ...mesh.edges].map(async ({ grpcAddress }) => {
      const [host = '', port] = grpcAddress.split(':');
      const credentials = { cert: file(`${own?.id}.pem`), key: file(`${own?.id}.key`), ca: file('ca.pem') };
      const socket = connect({ host, port: Number(port), ...credentials, ALPNProtocols: ['h2'] });
      await once(socket, 'secureConnect');
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return serialNumber;
    }),
  );
}

async function linksOf(meetingId: string) {
  const { links } = await meshView(mesh.url);
  return links.filter((link) => link.meetingId === meetingId).map(({ parent, child, epoch }) => [parent, child, epoch]);
}

test('every certificate of a mesh is exchanged while people talk, and no link breaks', async () => {
  const meetingId = await createMeeting(mesh.url);
  await using frankfurt = await Attendance.join(browser, mesh.url, meetingId, 'Frankfurt', 'eu-central-1');
  await using sydney = await Attendance.join(browser, mesh.url, meetingId, 'Sydney', 'ap-southeast-2');
  await Promise.all([frankfurt.receives('video', 1), sydney.receives('video', 1)]);
  await untilMesh(mesh.url, ({ links }) => links.filter((link) => link.meetingId === meetingId).length === 2);
  const [certificates, links] = [await shown(), await linksOf(meetingId)];

  await mesh.renewCertificates();

  const renewed = async () => (await shown()).filter((serial) => !certificates.includes(serial)).length;
  await expect.poll(renewed, { timeout: 20_000 }).toBe(certificates.length);
  const video = await sydney.receives('video', 1);
  await sydney.receives('video', 1, video);
  expect(await linksOf(meetingId)).toEqual(links);
  await mesh.ready();
});
