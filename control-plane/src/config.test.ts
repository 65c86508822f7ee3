import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const services = {
  DATABASE_URL: 'postgres://canopy@db/canopy',
  REDIS_URL: 'redis://redis:6379',
  NATS_URL: 'nats://user:pass@nats:4222',
};

const key = (id: string) => `${id}:${Buffer.alloc(32, id).toString('base64')}`;

describe('the configuration', () => {
  it('needs nothing but the services', () => {
    expect(readConfig(services)).toMatchObject({ openAccess: false, trustedProxies: [], namespace: 'canopy' });
  });

  it.each([
    ['CONTROL_OPNE_ACCESS', '1'],
    ['CONTROL_HTTP_LISTEN', '8080'],
    ['CONTROL_TRUSTED_PROXIES', '10.0.0.0/64'],
    ['CONTROL_API_KEY', 'id:short'],
    ['CONTROL_TLS_CA_FILE', 'ca.pem'],
    ['CONTROL_ALLOWED_ORIGINS', 'example'],
    ['CONTROL_SEALING_KEYS', key('1').slice(0, -9)],
    ['CONTROL_SEALING_KEYS', `${key('1')},clear`],
    ['CONTROL_SEALING_KEYS', `${key('1')},${key('1')}`],
  ])('stops the start over %s=%s, and names it', (name, value) => {
    expect(() => readConfig({ ...services, [name]: value })).toThrow(name);
  });

  it('has certificates where edges reach it, unless it is allowed to go without', () => {
    for (const address of ['0.0.0.0:8081', '[::]:8081', '10.0.0.7:8081']) {
      const reached = { ...services, CONTROL_GRPC_LISTEN: address };
      expect(() => readConfig(reached)).toThrow('CONTROL_GRPC_INSECURE=true');
      expect(readConfig({ ...reached, CONTROL_GRPC_INSECURE: 'true' }).tls).toBeUndefined();
    }
    expect(readConfig({ ...services, CONTROL_GRPC_LISTEN: '[::1]:0' }).tls).toBeUndefined();
  });

  it('hands recordings out from one place', () => {
    const store = { CONTROL_RECORDING_STORE: 's3://acme' };
    expect(readConfig({ ...services, ...store }).recordings).toMatchObject({ bucket: 'acme' });
    expect(readConfig({ ...services, CONTROL_RECORDING_DIR: '/mnt' }).recordings).toBe('/mnt');
    expect(() => readConfig({ ...services, ...store, CONTROL_RECORDING_DIR: '/mnt' })).toThrow('either');
  });

  it('tells for how long recordings are kept', () => {
    expect(readConfig({ ...services, CONTROL_RETENTION_DAYS: '30' }).recordingsKeptForMs).toBe(30 * 86_400_000);
    expect(readConfig(services).recordingsKeptForMs).toBeUndefined();
  });

  it('seals with the first key that it has, or with none where there is "clear" before it', () => {
    const idsOf = (text: string) => {
      const { first, all } = readConfig({ ...services, CONTROL_SEALING_KEYS: text }).sealingKeys;
      return [first?.id, ...all.map(({ id }) => id)];
    };
    expect(idsOf('')).toEqual([undefined]);
    expect(idsOf(`${key('2027')}, ${key('2026')}`)).toEqual(['2027', '2027', '2026']);
    expect(idsOf(`clear,${key('2027')}`)).toEqual([undefined, '2027']);
  });

  it('keeps keys to itself where they are malformed', () => {
    expect(() => readConfig({ ...services, CONTROL_SEALING_KEYS: `${key('1')}AA` })).toThrow(/^(?!.*MTEx)/);
  });

  it('takes lists, keys and switches from text', () => {
    const config = readConfig({
      ...services,
      CONTROL_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      CONTROL_API_KEY: 'main:0123456789abcdef',
      CONTROL_OPEN_ACCESS: 'true',
    });
    expect(config.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
    expect(config.apiKey).toEqual({ id: 'main', secret: '0123456789abcdef' });
    expect(config.openAccess).toBe(true);
  });
});
