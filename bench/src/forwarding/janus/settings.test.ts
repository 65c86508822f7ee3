import { expect, test } from 'vitest';
import { janusFiles } from './settings.ts';

const stock = { folder: '/tmp/some', port: 5_123, mediaPorts: { from: 27_000, to: 27_999 }, eventLoops: undefined };

test('says where Janus listens, and nothing of event loops unless asked', () => {
  const files = janusFiles(stock);
  expect(files['janus.transport.websockets.jcfg']).toBe(
    'general: {\n  ws = true\n  ws_port = 5123\n  ws_ip = "127.0.0.1"\n}\n',
  );
  expect(files['janus.jcfg']).toContain('rtp_port_range = "27000-27999"');
  expect(files['janus.jcfg']).not.toContain('event_loops');
  expect(janusFiles({ ...stock, eventLoops: 1 })['janus.jcfg']).toContain('  event_loops = 1\n');
});

test('keeps the plugin and the transport that are used', () => {
  const main = janusFiles(stock)['janus.jcfg'] ?? '';
  expect(main).toContain('libjanus_streaming.so');
  expect(main).not.toContain('videoroom');
  expect(main).not.toContain('websockets');
});
