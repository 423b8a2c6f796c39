import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCredentials, readCredentials } from '../../../adapters/registry/credentials.ts';

const HOST = 'registry.example:5000';
const SECRET = 's3cr3t-pass';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const find = (content: unknown, host = HOST): unknown =>
  findCredentials(typeof content === 'string' ? content : JSON.stringify(content), 'the-file', host);
const entry = (one: unknown): unknown => ({ auths: { [HOST]: one } });

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-credentials-'));
  file = join(folder, 'registry.json');
});
afterAll(async () => await rm(folder, { recursive: true }));

describe('credentials in the form of Docker', () => {
  it('are whatever name and password were logged in with', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((one) => !/\p{Cc}/u.test(one));
    fc.assert(
      fc.property(
        text.filter((name) => !name.includes(':')),
        text,
        (username, password) => {
          const found = { file: 'the-file', username, password };
          expect(find(entry({ auth: base64(`${username}:${password}`) }))).toEqual(found);
          expect(find(entry({ username, password }))).toEqual(found);
        },
      ),
    );
  });

  it('may be padded with zero bytes, as Docker reads them', () => {
    expect(find(entry({ auth: base64('me:pw\0\0') }))).toMatchObject({ password: 'pw' });
  });

  it('may be an identity token, which goes before a password', () => {
    expect(find(entry({ auth: base64('00000000:'), identitytoken: 'abc' }))).toEqual({
      file: 'the-file',
      identityToken: 'abc',
    });
  });

  it.each([
    ['another host', 'registry.example'],
    ['another port', 'registry.example:5001'],
    ['a host that ends with it', 'my.registry.example:5000'],
    ['a host that begins with it', 'registry.example:5000.evil.example'],
    ['a property of every object', '__proto__'],
    ['another', 'constructor'],
  ])('are for exactly their host, not for %s', (_what, host) => {
    expect(find(entry({ username: 'me', password: SECRET }), host)).toBeUndefined();
  });

  it('are none where the file names no host, whoever keeps those of others', () => {
    expect(find({})).toBeUndefined();
    expect(find({ credsStore: 'desktop', auths: { 'other.example': {} } })).toBeUndefined();
    expect(find({ credHelpers: { 'other.example': 'ecr-login' } })).toBeUndefined();
  });

  it.each([
    ['a store', { credsStore: 'desktop', auths: { [HOST]: {} } }, 'docker-credential-desktop'],
    [
      'a store, even beside a password',
      { credsStore: 'pass', auths: { [HOST]: { auth: base64(`me:${SECRET}`) } } },
      'docker-credential-pass',
    ],
    ['a helper', { credHelpers: { [HOST]: 'ecr-login' } }, 'docker-credential-ecr-login'],
  ])('that are left to %s are not there, and it is said which', (_what, content, helper) => {
    expect(() => find(content)).toThrow(
      expect.objectContaining({
        code: 'FND_BAD_INPUT',
        message: expect.stringContaining(helper) as string,
        hint: expect.stringContaining('docker') as string,
      }),
    );
  });

  it.each([
    ['no JSON', `{"auths": {"x": {"auth": "${SECRET}`],
    ['a list', [SECRET]],
    ['a number for an entry', entry(7)],
    ['a number for a password', entry({ username: 'me', password: 7 })],
    ['an entry of nothing', entry({})],
    ['a name without a password', entry({ username: SECRET })],
    ['an empty password', entry({ username: SECRET, password: '' })],
    ['no name', entry({ auth: base64(`:${SECRET}`) })],
    ['no colon', entry({ auth: base64(SECRET) })],
    ['an auth that is no base64', entry({ auth: `${SECRET}!` })],
    ['an auth with something behind it', entry({ auth: `${base64(`me:${SECRET}`)}\n` })],
    ['an auth that is no text', entry({ auth: Buffer.from([0x61, 0x3a, 0xff, 0xfe]).toString('base64') })],
    ['a line end behind the password', entry({ auth: base64(`me:${SECRET}\n`) })],
    ['a line end in the token', entry({ identitytoken: `${SECRET}\r\n` })],
    ['a colon in the name', entry({ username: `me:${SECRET}`, password: 'x' })],
  ])('are refused with %s, and nothing of them is quoted', (_what, content) => {
    const told = (): unknown => {
      try {
        return find(content);
      } catch (error) {
        return error;
      }
    };
    expect(told()).toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringMatching(/^the-file is no file of registry credentials: .+/) as string,
    });
    expect(JSON.stringify([told(), (told() as Error).message, (told() as Error).cause])).not.toContain(
      SECRET,
    );
  });
});

describe('a file of credentials', () => {
  it('is read anew each time, and by its owner alone', async () => {
    for (const password of ['first', 'second']) {
      await writeFile(file, JSON.stringify(entry({ username: 'me', password })), { mode: 0o600 });
      expect(await readCredentials(file, HOST)).toEqual({ file, username: 'me', password });
    }
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(file, mode);
      await expect(readCredentials(file, HOST)).rejects.toMatchObject({
        code: 'FND_PERMISSION',
        hint: expect.stringContaining(`chmod 600 ${file}`) as string,
      });
    }
  });

  it('that is not there is named', async () => {
    await expect(readCredentials(join(folder, 'none.json'), HOST)).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
      message: expect.stringContaining('none.json') as string,
    });
  });
});
