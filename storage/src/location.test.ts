import { expect, it } from 'vitest';
import { storeSetting } from './location.ts';

it('reads a bucket, a folder in it, a region and another server', () => {
  expect(storeSetting.parse('s3://recordings')).toEqual({ bucket: 'recordings', prefix: '' });
  expect(storeSetting.parse('s3://acme/video/2026/?region=eu-central-1')).toEqual({
    bucket: 'acme',
    prefix: 'video/2026/',
    region: 'eu-central-1',
  });
  expect(storeSetting.parse('s3://acme?endpoint=http://127.0.0.1:9000')).toMatchObject({
    endpoint: 'http://127.0.0.1:9000',
    region: 'us-east-1',
  });
});

it.each([
  ['/var/recordings', /not s3:/],
  ['https://acme.s3.amazonaws.com', /not s3:/],
  ['s3://a', /bucket/],
  ['s3://key:secret@acme', /AWS_ACCESS_KEY_ID/],
  ['s3://acme?endpoint=ftp://host', /endpoint/],
  ['s3://acme?regoin=eu', /regoin/],
  ['s3://acme/a%20b', /folder/],
])('refuses %s, and says why', (text, why) => {
  const { success, error } = storeSetting.safeParse(text);
  expect([success, error?.issues[0]?.message]).toEqual([false, expect.stringMatching(why)]);
  expect(error?.message).not.toContain('secret@');
});
