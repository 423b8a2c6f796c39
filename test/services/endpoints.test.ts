import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { type Endpoints, readEndpoints, writeEndpoints } from '../../services/endpoints.ts';

const endpoints: Endpoints = {
  schemaVersion: 1,
  supervisor: 42,
  temporal: { address: '127.0.0.1:7233', namespace: 'default', ui: 'http://127.0.0.1:8233' },
  registry: { host: '127.0.0.1:5005', plainHttp: true },
  sigstore: null,
};

it('reads what it wrote', async () => {
  await withTemporaryDirectory(async (state) => {
    await writeEndpoints({ state, cache: state }, endpoints);
    expect(await readEndpoints({ state, cache: state })).toEqual(endpoints);
  });
});

it('says that nothing runs when there is no file', async () => {
  await withTemporaryDirectory(async (state) => {
    await expect(readEndpoints({ state, cache: state })).rejects.toMatchObject({ code: 'FND_NOT_RUNNING' });
  });
});

it.each([
  ['half a file', '{"schemaVersion": 1,'],
  ['another version', JSON.stringify({ ...endpoints, schemaVersion: 2 })],
  [
    'an address that is not loopback',
    JSON.stringify({ ...endpoints, registry: { host: '10.0.0.1:5005', plainHttp: true } }),
  ],
  ['a field it does not know', JSON.stringify({ ...endpoints, more: 1 })],
])('refuses %s', async (_, text) => {
  await withTemporaryDirectory(async (state) => {
    await mkdir(join(state, 'services'));
    await writeFile(join(state, 'services', 'endpoints.json'), text);
    await expect(readEndpoints({ state, cache: state })).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });
});
