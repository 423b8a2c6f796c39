import { expect, test } from 'vitest';
import { readWorkerConfig } from '../../worker/config.ts';

const GITHUB = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
const KEY = '--package-key=/keys/apk';

function read(queues: string, more: string[] = [], environment: Record<string, string> = {}) {
  const given = ['--state-dir=/state', '--cache-dir=/cache', '--temporal=127.0.0.1:7233', '--namespace=n'];
  return readWorkerConfig([...given, `--queues=${queues}`, '--health-port=1234', ...more], environment);
}

test('a worker that builds has no signing identity, and cannot be given one', () => {
  expect(read('build-amd64,scan', [], GITHUB)).toMatchObject({ signingIdentity: null, packageKey: null });
  expect(() => read('build-amd64', ['--signing-identity=/identity'])).toThrow(
    '--signing-identity: only for the worker of the queue sign',
  );
});

test('a worker that signs needs an identity: a file, or the variables of a job on GitHub', () => {
  expect(() => read('sign', [KEY])).toThrow('--signing-identity: the worker of the queue sign needs one');
  expect(() => read('sign', [KEY], { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' })).toThrow('needs one');
  const { signingIdentity } = read('sign', [KEY, '--signing-identity=/identity']);
  expect(signingIdentity).toEqual({ file: '/identity', environment: {} });
  expect(read('sign', [KEY], GITHUB).signingIdentity).toEqual({ file: undefined, environment: GITHUB });
});

test('a worker that signs does nothing else', () => {
  expect(() => read('sign,publish', [KEY, '--signing-identity=/identity'])).toThrow(
    '--queues: the worker of the queue sign serves no other',
  );
});

test('what cannot be used is named', () => {
  expect(() => read('bake')).toThrow('--queues: bake is none of control, ingest');
  expect(() => read('sign', [KEY, '--signing-identity=identity'])).toThrow(
    '--signing-identity: must be an absolute path',
  );
});
