import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tokenSource } from '../../../adapters/sigstore/token-source.ts';

const ISSUER = 'http://127.0.0.1:1';
const GITHUB = 'https://token.actions.githubusercontent.com';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-identity-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

async function identity(name: string, content: string, mode = 0o600): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content, { mode });
  return file;
}

test('a file that others may read is no identity', async () => {
  const file = await identity('open.json', '{"name":"foundry","clientSecret":"hush"}', 0o644);
  await expect(tokenSource(ISSUER, { file, environment: {} })({})).rejects.toMatchObject({
    code: 'FND_PERMISSION',
  });
});

test('neither is one that is not there, or holds something else; its content is never told', async () => {
  const absent = join(folder, 'absent.json');
  await expect(tokenSource(ISSUER, { file: absent, environment: {} })({})).rejects.toMatchObject({
    code: 'FND_BAD_INPUT',
  });
  const file = await identity('other.json', '{"clientSecret":"hush"}');
  const error: unknown = await tokenSource(ISSUER, { file, environment: {} })({}).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'FND_BAD_DATA' });
  expect(String(error)).not.toContain('hush');
});

test('an issuer that cannot be reached is named, and the secret is not', async () => {
  const file = await identity('foundry.json', '{"name":"foundry","clientSecret":"hush"}');
  const error: unknown = await tokenSource(ISSUER, { file, environment: {} })({}).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'FND_UNREACHABLE', message: expect.stringContaining(ISSUER) });
  expect(String(error)).not.toContain('hush');
});

test('who has no identity for an issuer is told what is missing', async () => {
  await expect(tokenSource(ISSUER, { file: undefined, environment: {} })({})).rejects.toMatchObject({
    code: 'FND_BAD_INPUT',
    message: expect.stringContaining(`no identity for issuer ${ISSUER}`),
  });
  const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' };
  const file = await identity('unused.json', '{"name":"foundry","clientSecret":"hush"}');
  await expect(tokenSource(GITHUB, { file, environment })({})).rejects.toMatchObject({
    code: 'FND_BAD_INPUT',
    message: expect.stringContaining('no ACTIONS_ID_TOKEN_REQUEST_TOKEN'),
  });
});
