import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { CanopyError } from './errors.ts';
import { fromGrpcError, toGrpcStatus, type UnaryMethod, unaryCall } from './grpc.ts';

const withoutStatus = 'Received RST_STREAM with code 0 (Call ended without gRPC status)';

function failure(code: number, details: string): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}

test('an error crosses gRPC with its code and its text', () => {
  const { code, details } = toGrpcStatus(new CanopyError('TRACK_NOT_FOUND', 'It is: gone.'));
  expect(fromGrpcError(failure(code, details))).toMatchObject({ code: 'TRACK_NOT_FOUND', message: 'It is: gone.' });
});

test.each([
  [status.UNAVAILABLE, 'connect ECONNREFUSED', 'EDGE_UNREACHABLE'],
  [status.PERMISSION_DENIED, '/canopy.v1.EdgeMedia/GetState is not for spiffe://canopy/edge/a', 'EDGE_UNREACHABLE'],
  [status.INTERNAL, withoutStatus, 'EDGE_UNREACHABLE'],
  [status.DEADLINE_EXCEEDED, 'Deadline exceeded', 'TIMEOUT'],
  [status.INTERNAL, 'something else', 'INTERNAL'],
])('a failure of the transport (%i, %s) is %s', (code, details, expected) => {
  expect(fromGrpcError(failure(code, details)).code).toBe(expected);
});

/** Fails with these, one after the other, and answers then. */
function method(...failures: ServiceError[]): UnaryMethod<object, string> {
  return (_request, _metadata, _options, callback) => {
    const error = failures.shift();
    if (error === undefined) callback(null, 'done');
    else callback(error, '');
  };
}

test('a call whose status was lost is made again, but not for ever', async () => {
  const lost = failure(status.INTERNAL, withoutStatus);
  expect(await unaryCall(method(lost, lost), {}, 1_000)).toBe('done');
  await expect(unaryCall(method(lost, lost, lost), {}, 1_000)).rejects.toMatchObject({ code: 'EDGE_UNREACHABLE' });
});

test('a call whose answer is given once is not made again, though its status was lost', async () => {
  const lost = failure(status.INTERNAL, withoutStatus);
  const call = unaryCall(method(lost), {}, 1_000, { once: true });
  await expect(call).rejects.toMatchObject({ code: 'EDGE_UNREACHABLE', retryable: true });
});

test('a call that failed is not made again', async () => {
  const away = failure(status.UNAVAILABLE, 'connect ECONNREFUSED');
  await expect(unaryCall(method(away), {}, 1_000)).rejects.toMatchObject({ code: 'EDGE_UNREACHABLE' });
});
