import { expect, test } from 'vitest';
import { readWorkerConfig } from '../../worker/config.ts';

const GITHUB = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
const KEY = { FOUNDRY_PACKAGE_KEY_FILE: '/keys/apk' };
const IDENTITY = { FOUNDRY_SIGNING_IDENTITY_FILE: '/identity' };
const GIVEN = {
  FOUNDRY_STATE_DIR: '/state',
  FOUNDRY_CACHE_DIR: '/cache',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
};

function read(queues: string, more: Record<string, string | undefined> = {}) {
  return readWorkerConfig({ ...GIVEN, FOUNDRY_QUEUES: queues, ...more });
}

test('a worker that builds has no signing identity, and cannot be given one', () => {
  expect(read('build-amd64,scan', GITHUB)).toMatchObject({ signingIdentity: null, packageKey: null });
  expect(() => read('build-amd64', IDENTITY)).toThrow(
    'FOUNDRY_SIGNING_IDENTITY_FILE: only for the worker of the queue sign',
  );
  expect(() => read('build-amd64', KEY)).toThrow(
    'FOUNDRY_PACKAGE_KEY_FILE: only for the worker of the queue sign',
  );
});

test('a worker that signs needs an identity, a file or the variables of a job on GitHub, and a key', () => {
  const message = 'FOUNDRY_SIGNING_IDENTITY_FILE: the worker of the queue sign needs one';
  expect(() => read('sign', KEY)).toThrow(message);
  expect(() => read('sign', { ...KEY, ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' })).toThrow(message);
  expect(() => read('sign', IDENTITY)).toThrow(
    'FOUNDRY_PACKAGE_KEY_FILE: the worker of the queue sign needs one',
  );
  expect(read('sign', { ...KEY, ...IDENTITY })).toMatchObject({
    signingIdentity: { file: '/identity' },
    packageKey: '/keys/apk',
  });
  expect(read('sign', { ...KEY, ...GITHUB }).signingIdentity).toMatchObject({
    file: undefined,
    environment: GITHUB,
  });
});

test('a worker that signs does nothing else', () => {
  expect(() => read('sign,publish', { ...KEY, ...IDENTITY })).toThrow(
    'FOUNDRY_QUEUES: the worker of the queue sign serves no other',
  );
});

test.each([
  ['FOUNDRY_QUEUES', 'bake', 'FOUNDRY_QUEUES: bake is none of control, ingest'],
  ['FOUNDRY_QUEUES', '', 'FOUNDRY_QUEUES: must name task queues: control, ingest'],
  ['FOUNDRY_STATE_DIR', 'state', 'FOUNDRY_STATE_DIR: must be an absolute path'],
  ['FOUNDRY_STORE', 'oci:host', 'FOUNDRY_STORE: oci:host is neither `directory` nor oci:<host>/<repository>'],
  ['FOUNDRY_STORE', 'oci:host/Upper', 'FOUNDRY_STORE: oci:host/Upper is neither'],
  ['FOUNDRY_HEALTH', '8080', 'FOUNDRY_HEALTH: must be host:port'],
  ['FOUNDRY_METRICS', '0.0.0.0:70000', 'FOUNDRY_METRICS: has no port between 1 and 65535'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://otel.example', 'OTEL_EXPORTER_OTLP_ENDPOINT: http:// is allowed'],
  ['FOUNDRY_LOG_LEVEL', 'LOUD', 'FOUNDRY_LOG_LEVEL: '],
  ['FOUNDRY_GRACE_SECONDS', '-1', 'FOUNDRY_GRACE_SECONDS: '],
  ['TEMPORAL_ADDRESS', '', 'TEMPORAL_ADDRESS is not set'],
  ['TEMPORAL_TLS_CLIENT_CERT_PATH', '/not/there.pem', '/not/there.pem'],
])('%s=%s ends the start, and is named', (name, value, message) => {
  expect(() => read('scan', { [name]: value })).toThrow(message);
});

test('without a word the store is the state folder, and only this machine sees health and metrics', () => {
  expect(read('scan')).toMatchObject({
    store: { kind: 'directory' },
    health: { host: '127.0.0.1', port: 9233 },
    metrics: undefined,
    temporal: { namespace: 'default', options: { address: '127.0.0.1:7233' } },
  });
});

test('a worker in a container shares a repository, listens for others, and talks to Temporal with a key', () => {
  const config = read('build-amd64, selftest-amd64', {
    FOUNDRY_STORE: 'oci:registry.example:5000/foundry/store',
    FOUNDRY_HEALTH: '[::]:9233',
    FOUNDRY_METRICS: '0.0.0.0:9464',
    FOUNDRY_GRACE_SECONDS: '600',
    TEMPORAL_NAMESPACE: 'releases',
    TEMPORAL_API_KEY: 'key',
  });
  expect(config).toMatchObject({
    queues: ['build-amd64', 'selftest-amd64'],
    store: { kind: 'oci', host: 'registry.example:5000', repository: 'foundry/store' },
    health: { host: '::', port: 9233 },
    metrics: '0.0.0.0:9464',
    graceSeconds: 600,
    temporal: { namespace: 'releases', options: { apiKey: 'key', tls: true } },
  });
});
