import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readSettings } from '../../../client/verify/verify-settings.ts';
import { BUILDER_IDS } from '../../../domain/evidence/project.ts';

const ROOT = fileURLToPath(new URL('../../adapters/sigstore/fixtures/trusted_root.json', import.meta.url));
const search = { stateFolder: '/nonexistent', environment: {} };
const enough = { trustedRoot: ROOT, identity: 'https://example.com/us', issuer: 'https://example.com' };

test('without a profile, root, identity and issuer are enough, and any builder of ours is expected', async () => {
  const { trust, builders, published, login, ...more } = await readSettings(enough, search);
  expect(trust.identity).toEqual({ san: 'https://example.com/us', issuer: 'https://example.com' });
  expect(builders).toEqual(Object.values(BUILDER_IDS));
  expect(published).toBeUndefined();
  expect(await login('registry.example')).toBeUndefined();
  expect(more).toEqual({});
});

test('a source may be written as people write it', async () => {
  const url = 'https://example.com/a.git';
  expect((await readSettings({ ...enough, source: url }, search)).source).toBe(`git+${url}`);
  expect((await readSettings({ ...enough, source: `git+${url}` }, search)).source).toBe(`git+${url}`);
});

test.each([
  [{ identity: 'a', issuer: 'b' }, '--trusted-root is needed'],
  [{ trustedRoot: ROOT, issuer: 'b' }, '--identity is needed'],
  [{ trustedRoot: ROOT, identity: 'a' }, '--issuer is needed'],
  [{ ...enough, trustedRoot: '/nonexistent/root.json' }, '--trusted-root: there is no file'],
  [{ ...enough, lock: '/nonexistent/lock.json' }, '--lock: there is no file'],
  [{ ...enough, profile: '/nonexistent/profile.hcl' }, 'the profile is not there'],
])('%j: what is missing is named', async (options, message) => {
  await expect(readSettings(options, search)).rejects.toMatchObject({
    code: 'FND_BAD_INPUT',
    message: expect.stringContaining(message),
  });
});
