import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestMesh } from '../src/testing/mesh.ts';

let mesh: TestMesh;
let address: string;

beforeAll(async () => {
  mesh = await TestMesh.create();
  address = (await mesh.replica()).httpAddress;
});

afterAll(() => mesh[Symbol.asyncDispose]());

/** What is answered to a path as it stands in the request line: fetch would tidy it. */
function answerTo(path: string): Promise<string> {
  const { hostname, port } = new URL(`http://${address}`);
  return new Promise((resolve, reject) => {
    get({ hostname, port, path }, (response) => void text(response).then(resolve, reject)).on('error', reject);
  });
}

// Balancers keep strangers from these by their names, letter by letter.
it.each([
  ['metrics', 'canopy_rooms'],
  ['healthz', '"ok"'],
  ['readyz', '"ready"'],
])('/%s is reached under one spelling only', async (name, content) => {
  for (const path of [`/${name}`, `/${name}?a=b`]) expect(await answerTo(path), path).toContain(content);
  const encoded = `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
  const others = [`/${encoded}`, `//${name}`, `/./${name}`, `/a/../${name}`, `/${name.toUpperCase()}`];
  const withMore = ['/', '%2f', ';a', '#a'].map((more) => `/${name}${more}`);
  for (const path of [...others, ...withMore, `http://localhost/${name}`])
    expect(await answerTo(path), path).not.toContain(content);
});
