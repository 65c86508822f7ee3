import type { MeetingInfo, Mesh, NewMeeting, NewToken } from '@canopy/client';
import { regionById } from '@canopy/geo/regions';
import { cityDraw, largeCities } from '../placement/cities.ts';
import { seededRandom } from '../random.ts';
import { inParallel } from './in-parallel.ts';
import { Publisher } from './publisher.ts';
import type { ViewerOptions } from './viewer.ts';

const tokensAtOnce = 8;

/** The meeting of the bench, as those who run it see it: through the REST API. */
export class Webinar {
  readonly id: string;
  readonly #url: string;

  private constructor(url: string, id: string) {
    this.#url = url;
    this.id = id;
  }

  static async create(
    url: string,
    mode: 'webinar' | 'meeting' = 'webinar',
    settings: NewMeeting['settings'] = {},
  ): Promise<Webinar> {
    const meeting = { title: 'Growth', mode, settings } satisfies NewMeeting;
    const { id } = await call<MeetingInfo>(url, clientAddress(0), '/v1/meetings', meeting);
    return new Webinar(url, id);
  }

  async publisher(region: string): Promise<Publisher> {
    const { latitude = 0, longitude = 0 } = regionById(region) ?? {};
    const address = clientAddress(0);
    const token = await this.#token(address, { name: 'Publisher', role: 'host' });
    return Publisher.start({ url: this.#url, token, address, location: { latitude, longitude } });
  }

  /** Tokens and places for so many viewers, spread as people are over the world; one in `connectEvery` connects. */
  viewers(
    count: number,
    connectEvery: number,
    seed: number,
    role: NewToken['role'] = 'attendee',
  ): Promise<ViewerOptions[]> {
    const draw = cityDraw(largeCities(), seededRandom(seed));
    const cities = Array.from({ length: count }, draw);
    return inParallel(cities, tokensAtOnce, async ({ latitude, longitude }, index) => {
      const address = clientAddress(1 + index);
      const token = await this.#token(address, { name: `Viewer ${index + 1}`, role });
      const connects = index % connectEvery === 0;
      return { url: this.#url, token, address, location: { latitude, longitude }, connects };
    });
  }

  /** Tokens and places for so many viewers who are all in one region. */
  viewersFrom(region: string, count: number): Promise<Omit<ViewerOptions, 'connects'>[]> {
    const { latitude = 0, longitude = 0 } = regionById(region) ?? {};
    return inParallel(Array.from({ length: count }), tokensAtOnce, async (_, index) => {
      const address = clientAddress(1 + index);
      const token = await this.#token(address, { name: `Viewer ${index + 1}`, role: 'attendee' });
      return { url: this.#url, token, address, location: { latitude, longitude } };
    });
  }

  mesh(): Promise<Mesh> {
    return call<Mesh>(this.#url, clientAddress(0), '/v1/mesh');
  }

  async #token(address: string, token: NewToken): Promise<string> {
    const answer = await call<{ token: string }>(this.#url, address, `/v1/meetings/${this.id}/tokens`, token);
    return answer.token;
  }
}

/** Everybody has an address of their own, of those set aside for benchmarks (198.18.0.0/15, RFC 2544). */
export function clientAddress(index: number): string {
  return `198.${18 + (index >> 16)}.${(index >> 8) & 0xff}.${index & 0xff}`;
}

async function call<T>(url: string, address: string, path: string, body?: object): Promise<T> {
  const headers = { 'x-forwarded-for': address, 'content-type': 'application/json' };
  const post = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(new URL(path, url), { ...post, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
