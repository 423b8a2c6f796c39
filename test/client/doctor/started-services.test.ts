import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../../adapters/files/write-atomic.ts';
import { startedServices } from '../../../client/doctor/started-services.ts';
import { writeEndpoints } from '../../../services/endpoints.ts';
import { servicePaths } from '../../../services/service-paths.ts';

describe('the started services', () => {
  let state: string;
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'foundry-started-'));
  });
  afterEach(async () => {
    await rm(state, { recursive: true });
  });

  it('are none when nothing was started', async () => {
    expect(await startedServices({ state, cache: '/cache' })).toEqual({});
  });

  it('are the groups of the endpoints file that were started', async () => {
    await writeEndpoints(
      { state, cache: '/cache' },
      {
        schemaVersion: 1,
        supervisor: 1,
        temporal: { address: '127.0.0.1:7233', namespace: 'default', ui: 'http://127.0.0.1:8233' },
        registry: { host: '127.0.0.1:5000', plainHttp: true },
        sigstore: null,
      },
    );

    expect(await startedServices({ state, cache: '/cache' })).toEqual({
      temporal: [
        { name: 'frontend', address: '127.0.0.1:7233' },
        { name: 'UI', address: 'http://127.0.0.1:8233' },
      ],
      registry: [{ name: 'API', address: 'http://127.0.0.1:5000/v2/' }],
    });
  });

  it('are refused when the file is broken', async () => {
    await writeFileAtomic(servicePaths({ state }).endpoints, '{}');

    await expect(startedServices({ state, cache: '/cache' })).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });
});
