import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { CanopyError, errorClass, errorCodes } from './errors.ts';
import { fromGrpcError, toGrpcStatus } from './grpc.ts';

function serviceError(code: number, details: string): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}

test('every code survives the way over gRPC with its text', () => {
  for (const code of errorCodes) {
    const sent = toGrpcStatus(new CanopyError(code, 'why: exactly'));
    const arrived = fromGrpcError(serviceError(sent.code, sent.details));
    expect([arrived.code, arrived.message]).toEqual([code, 'why: exactly']);
  }
});

test('an unknown error gives nothing away', () => {
  const error = CanopyError.from(new Error('password=hunter2'));
  expect(error.code).toBe('INTERNAL');
  expect(error.message).not.toContain('hunter2');
  expect(toGrpcStatus(new Error('password=hunter2')).details).not.toContain('hunter2');
});

test('a lost peer and a late answer are told apart and may be tried again', () => {
  const lost = fromGrpcError(serviceError(status.UNAVAILABLE, 'connection dropped'));
  const late = fromGrpcError(serviceError(status.DEADLINE_EXCEEDED, 'deadline exceeded'));
  expect([lost.code, late.code]).toEqual(['EDGE_UNREACHABLE', 'TIMEOUT']);
  expect(lost.retryable && late.retryable).toBe(true);
});

test('codes that close a socket use the private range or a registered one', () => {
  for (const code of errorCodes) {
    const { ws } = errorClass(code);
    if (ws !== null) expect(ws === 1009 || ws === 1012 || (ws >= 4000 && ws <= 4999)).toBe(true);
  }
});
