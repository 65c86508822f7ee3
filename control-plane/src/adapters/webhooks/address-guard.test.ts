import { expect, it } from 'vitest';
import { AddressGuard } from './address-guard.ts';

const guard = new AddressGuard(false);

it.each([
  'https://127.0.0.1/',
  'https://10.1.2.3/',
  'https://192.168.0.1:8443/',
  'https://169.254.169.254/latest/meta-data',
  'https://100.64.0.1/',
  'https://0.0.0.0/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://[::1]/',
  'https://[fe80::1]/',
  'https://[fd00::1]/',
  'https://[::ffff:10.0.0.1]/',
  'https://[64:ff9b::a00:1]/',
  'https://[2002:a00:1::]/',
  'https://localhost/',
  'http://93.184.215.14/',
  'https://user:secret@93.184.215.14/',
  'ftp://93.184.215.14/',
])('refuses to call %s', async (url) => {
  await expect(guard.check(url)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
});

it('calls what is on the internet', async () => {
  await guard.check('https://93.184.215.14/hook');
  await guard.check('https://[2606:4700::1111]/hook');
});

it('looks at what a name leads to when it connects', async () => {
  const found = await new Promise((resolve) => guard.lookup('localhost', {}, resolve));
  expect(found).toMatchObject({ code: 'ADDRESS_REFUSED' });
});

it('calls its own network where that is allowed', async () => {
  await new AddressGuard(true).check('http://127.0.0.1:9999/');
});
