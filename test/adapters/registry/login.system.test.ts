import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, loginByFile } from '../../../adapters/registry/credentials.ts';
import { EMPTY_CONFIG, MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { openRegistry, type Registry } from '../../../adapters/registry/registry.ts';
import { attachBundle } from '../../../adapters/sigstore/attach.ts';
import { readAttachedBundles } from '../../../adapters/sigstore/read-attached.ts';
import { openStore, parseStorePlace } from '../../../adapters/store/open-store.ts';
import type { OciDigest } from '../../../domain/digest.ts';
import { builtTool } from './built-tool.ts';
import { type RealRegistry, startRealRegistry } from './real-registry.ts';
import { startTokenServer } from './token-server.ts';

const WHO = { username: 'foundry', password: 'correct horse' };
/** The password above, by bcrypt with the fewest rounds that there are. */
const HTPASSWD = 'foundry:$2a$04$zj0RUKGSMDKdoviCJm3Sye.o7UbsvrXbi7gSh.P/kxqvy9sasvhEO\n';
const PREDICATE = 'https://example.invalid/predicate';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-login-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

interface Lock {
  readonly auth: object;
  close(): Promise<void>;
}

/** By name, how it is made, and what crane says to it. */
const LOCKS: readonly [string, (place: string) => Promise<Lock>, object][] = [
  [
    'a file of passwords',
    async (place) => {
      const path = join(place, 'htpasswd');
      await writeFile(path, HTPASSWD);
      return { auth: { htpasswd: { realm: 'ours', path } }, close: () => Promise.resolve() };
    },
    { exitCode: 0, stdout: expect.stringMatching(/^sha256:/) as string, stderr: '' },
  ],
  [
    'a token server',
    (place) => startTokenServer(place, WHO),
    { stderr: expect.stringContaining('private or link-local address') as string },
  ],
];

describe.each(LOCKS)('a real registry with %s', (_what, makeLock, crane) => {
  let place: string;
  let lock: Lock;
  let registry: RealRegistry;

  beforeAll(async () => {
    place = await mkdtemp(join(folder, 'one-'));
    lock = await makeLock(place);
    // Nothing is known of the port yet: the file is read when the registry asks.
    const login = loginByFile(join(place, 'config.json'));
    registry = await startRealRegistry(await builtTool('registry'), join(place, 'registry'), {
      auth: lock.auth,
      login: async (host) => {
        await writeConfig(host, WHO.password);
        return await login(host);
      },
    });
  });
  afterAll(async () => {
    await registry.stop();
    await lock.close();
  });

  /** What `docker login` writes. */
  async function writeConfig(host: string, password: string, under = place): Promise<string> {
    const auth = Buffer.from(`${WHO.username}:${password}`).toString('base64');
    const file = join(under, 'config.json');
    await mkdir(under, { recursive: true });
    await writeFile(file, JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
    return file;
  }

  async function push(client: Registry, repository: string, tag: string): Promise<OciDigest> {
    const digest = await client.putBlob(repository, EMPTY_CONFIG);
    const config = { mediaType: MEDIA_TYPES.empty, digest, size: EMPTY_CONFIG.byteLength };
    const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers: [], tag };
    const bytes = Buffer.from(JSON.stringify(manifest));
    return await client.putManifest(repository, tag, MEDIA_TYPES.manifest, bytes);
  }

  it('takes images, bundles and tags from us, mounts, removes, and gives back', async () => {
    const { client, host } = registry;
    const digest = await push(client, 'a/images', 'one');
    await attachBundle({ registry: client, repository: 'a/images', digest }, { says: 'so' }, PREDICATE);
    const blob = await client.putBlob('a/images', Buffer.from('a layer'));

    expect(await client.mountBlob('a/images', 'b/images', blob)).toBe(true);
    expect(Buffer.from(await client.getBlob('b/images', blob)).toString()).toBe('a layer');
    // As if it was another process, which has to log in anew.
    const another = openRegistry(host, loginByFile(await writeConfig(host, WHO.password)));
    expect(await another.resolveTag('a/images', 'one')).toBe(digest);
    expect(await readAttachedBundles({ registry: another, repository: 'a/images', digest })).toMatchObject([
      { bundle: { says: 'so' } },
    ]);
    await another.deleteTag('a/images', 'one');
    expect(await another.resolveTag('a/images', 'one')).toBeUndefined();
    await another.deleteManifest('a/images', digest);
    expect(await another.findManifest('a/images', digest)).toBeUndefined();
  });

  it('holds the artifacts that machines share', async () => {
    const storePlace = parseStorePlace(`oci:${registry.host}/shared/store`);
    if (storePlace === undefined) throw new Error('no place');
    const file = await writeConfig(registry.host, WHO.password);
    const store = openStore(storePlace, place, loginByFile(file));
    const { digest } = await store.put(Buffer.from('an artifact'), 'text/plain');

    expect(await text(await store.openRead(digest))).toBe('an artifact');
    await expect(openStore(storePlace, place, ANONYMOUS).openRead(digest)).rejects.toMatchObject({
      code: 'FND_PERMISSION',
    });
  });

  it('is read by crane with the same file, unless crane follows to no token server of this machine', async () => {
    await push(registry.client, 'c/images', 'one');
    await writeConfig(registry.host, WHO.password);
    const ask = async (config: string) =>
      await execa(await builtTool('crane'), ['digest', `${registry.host}/c/images:one`], {
        env: { DOCKER_CONFIG: config },
        reject: false,
      });

    expect(await ask(place)).toMatchObject(crane);
    expect((await ask(join(place, 'nothing'))).exitCode).not.toBe(0);
  });

  it('refuses a wrong password and nobody, for reading and for writing', async () => {
    const { host } = registry;
    const digest = await push(registry.client, 'd/images', 'one');
    const wrong = loginByFile(await writeConfig(host, 'battery staple', join(place, 'wrong')));
    const cases = [
      { login: wrong, says: `with the credentials of ${join(place, 'wrong', 'config.json')}` },
      { login: ANONYMOUS, says: 'without credentials' },
    ];
    for (const { login, says } of cases) {
      const client = openRegistry(host, login);
      for (const work of [
        () => client.ping(),
        () => client.getManifest('d/images', 'one'),
        () => push(client, 'd/images', 'one'),
        () => client.deleteManifest('d/images', digest),
      ])
        await expect(work()).rejects.toMatchObject({
          code: 'FND_PERMISSION',
          message: expect.stringMatching(new RegExp(`registry ${host}: .*status 401, ${says}`)) as string,
        });
    }
    expect(await registry.client.resolveTag('d/images', 'one')).toBe(digest);
  });
});
