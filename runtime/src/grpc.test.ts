import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { CanopyError } from './errors.ts';
import { fromGrpcError, toGrpcStatus } from './grpc.ts';

function failure(code: number, details: string): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}

test('an error crosses gRPC with its code and its text', () => {
  const { code, details } = toGrpcStatus(new CanopyError('TRACK_NOT_FOUND', 'It is: gone.'));
  expect(fromGrpcError(failure(code, details))).toMatchObject({ code: 'TRACK_NOT_FOUND', message: 'It is: gone.' });
});

test.each([
  [status.UNAVAILABLE, 'connect ECONNREFUSED', 'EDGE_UNREACHABLE'],
  [status.INTERNAL, 'Received RST_STREAM with code 0 (Call ended without gRPC status)', 'EDGE_UNREACHABLE'],
  [status.DEADLINE_EXCEEDED, 'Deadline exceeded', 'TIMEOUT'],
  [status.INTERNAL, 'something else', 'INTERNAL'],
])('a failure of the transport (%i, %s) is %s', (code, details, expected) => {
  expect(fromGrpcError(failure(code, details)).code).toBe(expected);
});
