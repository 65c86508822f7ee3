import { expect, it } from 'vitest';
import { withLinks } from './links.ts';

const links = (text: string) => withLinks(text).flatMap(({ href }) => href ?? []);

it('finds web addresses and loses no text', () => {
  const text = 'See https://example.org/a?b=c, or (http://example.net/x_(y)). Bye';
  expect(links(text)).toEqual(['https://example.org/a?b=c', 'http://example.net/x_(y)']);
  expect(
    withLinks(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});

it('makes nothing else a link', () => {
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://a.b',
    'https://',
    '//example.org',
    '<a href=x>',
  ])
    expect(links(text)).toEqual([]);
  expect(links('https://example.org"onclick="x')).toEqual(['https://example.org/']);
});
