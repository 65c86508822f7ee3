import { expect, test } from 'vitest';
import { Emitter } from './emitter.ts';

test('tells every listener until it unsubscribes', () => {
  const emitter = new Emitter<{ joined: string }>();
  const heard: string[] = [];
  const off = emitter.on('joined', (name) => heard.push(`a:${name}`));
  emitter.on('joined', (name) => heard.push(`b:${name}`));
  emitter.emit('joined', 'ada');
  off();
  emitter.emit('joined', 'bob');
  expect(heard).toEqual(['a:ada', 'b:ada', 'b:bob']);
});

test('a listener that was unsubscribed in the middle of a round is not told any more', () => {
  const emitter = new Emitter<{ left: undefined }>();
  const heard: string[] = [];
  emitter.on('left', () => offSecond());
  const offSecond = emitter.on('left', () => heard.push('second'));
  emitter.emit('left', undefined);
  expect(heard).toEqual([]);
});
