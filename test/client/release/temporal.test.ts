import { ServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { expect, test } from 'vitest';
import { namedServerError } from '../../../client/release/temporal.ts';

test.each([
  ['a server that fails', new ServiceError('no'), 'Temporal gives no answer'],
  [
    'a server that does not know its namespace yet',
    new NamespaceNotFoundError('default'),
    'the namespace default of Temporal gives no answer',
  ],
])('%s counts as one that gives no answer', (_, error, message) => {
  expect(namedServerError(error)).toMatchObject({ code: 'FND_UNREACHABLE', message, cause: error });
});

test('an error that is not the server’s stays as it is', () => {
  const error = new RangeError('ours');
  expect(namedServerError(error)).toBe(error);
});
