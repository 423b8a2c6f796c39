import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loginBySearch, loginOf } from '../../../adapters/profile/registries-of.ts';
import { readForgeToken, readProfile, readTrustedRoot } from '../../../adapters/profile/profile.ts';

const GOOD = `
forge {
  repository = "https://forge.example.com/owner/name.git"
  branch     = "main"
  token_file = "token"
  api        = "https://api.forge.example.com"
  project    = "owner/name"
}
upstream {
  trusted_root  = "root.json"
  core_releases = "https://api.example.com/repos/openssl/openssl/releases"
}
images {
  registry   = "registry.example.com"
  quarantine = "owner/quarantine"
  published  = "owner/openssl-fips"
  vendor     = "Example"
}
signing {
  fulcio              = "https://fulcio.example.com"
  rekor               = "https://rekor.example.com"
  timestamp_authority = "https://tsa.example.com"
  issuer              = "https://issuer.example.com"
  identity            = "https://github.com/owner/name/.github/workflows/release.yml@refs/heads/main"
  trusted_root        = "own-root.json"
  builder             = "separate"
}
scanners {
  database           = "registry.example.com/trivy-db:2"
  openssl_advisories = "https://advisories.example.com/vulnerabilities.json"
}
`;

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-profile-'));
  path = join(folder, 'profile.hcl');
});
afterAll(async () => await rm(folder, { recursive: true }));

describe('a profile', () => {
  it('holds endpoints and trust roots, with paths from its own folder', async () => {
    await writeFile(path, GOOD);
    await writeFile(join(folder, 'token'), 'secret\n');
    await writeFile(join(folder, 'root.json'), '{"a":1}');

    const profile = await readProfile(path);

    expect(profile.forge).toMatchObject({ branch: 'main', tokenFile: join(folder, 'token') });
    expect(await readForgeToken(profile)).toBe('secret');
    expect(await readTrustedRoot(profile)).toEqual({ a: 1 });
    expect(profile.upstream.redirects).toEqual([]);
  });

  it('names the hosts that files may be redirected to', async () => {
    const redirects = 'redirects = ["assets.example.com", "127.0.0.1:8080"]';
    await writeFile(path, GOOD.replace('upstream {', `upstream {\n  ${redirects}`));

    expect((await readProfile(path)).upstream.redirects).toEqual(['assets.example.com', '127.0.0.1:8080']);
  });

  it('may name a file of registry credentials, which is asked for the hosts that it names', async () => {
    await writeFile(path, GOOD.replace('images {', 'images {\n  credentials_file = "registry.json"'));
    const auths = { 'registry.example.com': { username: 'me', password: 'secret' } };
    await writeFile(join(folder, 'registry.json'), JSON.stringify({ auths }), { mode: 0o600 });

    const profile = await readProfile(path);
    const found = { file: join(folder, 'registry.json'), username: 'me', password: 'secret' };

    expect(await loginOf(profile)('registry.example.com')).toEqual(found);
    expect(await loginOf(profile)('example.com')).toBeUndefined();
    expect(JSON.stringify(profile)).not.toContain('secret');
  });

  it('may be without one: then we are nobody', async () => {
    await writeFile(path, GOOD);

    expect(await loginOf(await readProfile(path))('registry.example.com')).toBeUndefined();
  });

  it('says who we are only where it is the one to go by', async () => {
    const state = await mkdtemp(join(folder, 'state-'));
    const login = loginBySearch({ stateFolder: state, environment: {} });

    expect(await login('registry.example.com')).toBeUndefined();
    await writeFile(
      join(state, 'profile.hcl'),
      GOOD.replace('images {', 'images {\n  credentials_file = "none.json"'),
    );
    await expect(login('registry.example.com')).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
    await expect(
      loginBySearch({ stateFolder: state, environment: { FOUNDRY_PROFILE: join(state, 'no-such') } })('x'),
    ).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
  });

  it('may be without a token', async () => {
    await writeFile(path, GOOD.replace(/ {2}token_file.*\n/, ''));

    expect(await readForgeToken(await readProfile(path))).toBeUndefined();
  });

  it.each([
    ['branch     = "main"', 'version = "3.5"', 'FND_BAD_DATA'],
    ['https://forge', 'https://user:secret@forge', 'FND_BAD_DATA'],
    ['https://forge', 'http://forge', 'FND_BAD_DATA'],
    ['upstream {', 'upstream {\nredirects = ["https://assets.example.com"]', 'FND_BAD_DATA'],
    ['forge {', 'forge', 'FND_BAD_PINS'],
  ])('is refused with %j written as %j', async (right, wrong, code) => {
    await writeFile(path, GOOD.replace(right, wrong));

    await expect(readProfile(path)).rejects.toMatchObject({ code });
  });

  it('that is not there is named, with how to name another', async () => {
    await expect(readProfile(join(folder, 'no-such.hcl'))).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
      hint: expect.stringContaining('--profile') as string,
    });
  });
});
