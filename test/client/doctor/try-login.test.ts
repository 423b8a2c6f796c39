import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryLogin } from '../../../client/doctor/try-login.ts';
import {
  type InProcessRegistry,
  startInProcessRegistry,
} from '../../adapters/registry/in-process-registry.ts';

const PROFILE = await readFile(new URL('../../../profiles/wolfi.hcl', import.meta.url), 'utf8');
const GOOD = `Basic ${Buffer.from('me:good').toString('base64')}`;

let folder: string;
let registry: InProcessRegistry;
let isOpen: boolean;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-login-'));
  isOpen = false;
  registry = await startInProcessRegistry((request, _body, response) => {
    if (isOpen || request.headers.authorization === GOOD) response.end('{}');
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="ours"' }).end();
  });
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

async function trial(password: string, host = registry.host): ReturnType<typeof tryLogin> {
  const auths = { [host]: { username: 'me', password } };
  await writeFile(join(folder, 'registry.json'), JSON.stringify({ auths }), { mode: 0o600 });
  await writeFile(join(folder, 'profile.hcl'), PROFILE.replace('"ghcr.io"', `"${registry.host}"`));
  return await tryLogin({ stateFolder: folder, environment: {} }, new AbortController().signal);
}

describe('a login to the registry of the profile', () => {
  it('is tried with what the file says, and reads nothing else', async () => {
    const file = join(folder, 'registry.json');
    expect(await trial('good')).toEqual({ host: registry.host, file, isAsked: true });
    expect(registry.seen).toEqual(['GET /v2/', 'GET /v2/']);
    isOpen = true;
    expect(await trial('good')).toEqual({ host: registry.host, file, isAsked: false });
  });

  it('that is refused says so, and so does a file without this registry', async () => {
    await expect(trial('bad')).rejects.toMatchObject({ code: 'FND_PERMISSION' });
    await expect(trial('good', 'other.example')).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
      message: expect.stringContaining(`has no credentials for ${registry.host}`) as string,
    });
  });

  it('is not tried without a profile, or with one that names no credentials', async () => {
    const search = { stateFolder: folder, environment: {} };
    const { signal } = new AbortController();
    expect(await tryLogin(search, signal)).toBeUndefined();
    await writeFile(join(folder, 'profile.hcl'), PROFILE.replace(/^ *credentials_file.*\n/m, ''));
    expect(await tryLogin(search, signal)).toBeUndefined();
    expect(registry.seen).toEqual([]);
  });
});
