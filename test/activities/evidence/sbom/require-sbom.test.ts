import { beforeAll, describe, expect, test } from 'vitest';
import { readImageContents } from '../../../../activities/evidence/sbom/image-contents.ts';
import { packagesOfSbom } from '../../../../activities/evidence/sbom/read-sbom.ts';
import { requireSbomOfImage } from '../../../../activities/evidence/sbom/require-sbom.ts';
import type { OciImage } from '../../../../adapters/oci-layout/oci-image.ts';
import { configurationOf, contentsOf, imageOf, PACKAGES, type Sbom, sbomOf } from './described-image.ts';

let image: OciImage;
let sbom: Sbom;

beforeAll(async () => {
  image = await imageOf();
  sbom = await sbomOf(image);
});

/** The SBOM of another image that claims to be of this one. */
async function forged(files: Readonly<Record<string, string>>): Promise<Sbom> {
  const other = await sbomOf(await imageOf(files));
  return { ...other, metadata: sbom.metadata };
}

test('an SBOM fits the image it was made of', async () => {
  expect(await requireSbomOfImage(sbom, image)).toEqual({ packages: 5, files: 8 });
});

test('layers are read once in a process, and those of another digest for themselves', async () => {
  const made = await imageOf(contentsOf(PACKAGES, { 'etc/first': 'x' }));
  const other = await imageOf(contentsOf(PACKAGES, { 'etc/second': 'x' }));
  const read: string[] = [];
  const contents = ({ manifest, layers }: OciImage): ReturnType<typeof readImageContents> =>
    readImageContents({
      manifest,
      layers: () => {
        read.push(manifest.descriptor.digest);
        return Promise.resolve(layers);
      },
    });
  const [first, again] = [await contents(made), await contents(made)];
  expect(again.otherFiles).toEqual(first.otherFiles);
  expect((await contents(other)).otherFiles).not.toEqual(first.otherFiles);
  expect(read).toEqual([made.manifest.descriptor.digest, other.manifest.descriptor.digest]);
});

test('one of another image is refused by the digest alone', async () => {
  const other = await imageOf(contentsOf(PACKAGES, { 'etc/more': 'x' }));

  await expect(requireSbomOfImage(sbom, other)).rejects.toMatchObject({
    code: 'FND_SBOM_MISMATCH',
    message: expect.stringContaining(`not of ${other.manifest.descriptor.digest}`),
  });
});

describe('refuses an SBOM with the right digest and', () => {
  test.each([
    ['a package left out', contentsOf(PACKAGES.slice(1)), /package libcrypto3 is not in the SBOM/],
    ['a file left out', contentsOf(PACKAGES, { 'etc/passwd': '' }), /file etc\/passwd is not in the SBOM/],
    [
      'a file that is not there',
      contentsOf(PACKAGES, { 'etc/more': 'x' }),
      /file etc\/more is not in the image/,
    ],
    ['other bytes of a file', contentsOf(PACKAGES, { 'etc/passwd': 'x' }), /file etc\/passwd is/],
    [
      'another provider module',
      contentsOf(PACKAGES, {
        'usr/lib/ossl-modules/fips.so': 'another',
        'etc/ssl/fipsmodule.cnf': configurationOf('another'),
      }),
      /module sha256 is .*module MAC is/s,
    ],
  ])('%s', async (_name, files, reason) => {
    const refused = requireSbomOfImage(await forged(files), image);

    await expect(refused).rejects.toMatchObject({
      code: 'FND_SBOM_MISMATCH',
      message: expect.stringMatching(reason),
    });
  });

  test('another version of a package', async () => {
    const changed = structuredClone(sbom);
    for (const one of changed.components) if (one.name === 'bash') one.version = '5.3-r3';

    await expect(requireSbomOfImage(changed, image)).rejects.toThrow(
      /package bash is .*5\.3-r2.*SBOM says .*5\.3-r3/,
    );
  });

  test('a package that the image does not hold', async () => {
    const changed = structuredClone(sbom);
    const bash = changed.components.filter(({ name }) => name === 'bash');
    changed.components.push(...bash.map((one) => ({ ...one, name: 'more', 'bom-ref': 'more' })));

    await expect(requireSbomOfImage(changed, image)).rejects.toThrow('package more is not in the image');
  });
});

test.each([
  ['nothing', () => null],
  ['another document', () => ({ spdxVersion: 'SPDX-2.3' })],
  [
    'one without a module',
    () => ({ ...sbom, components: sbom.components.filter((one) => one['bom-ref'] !== 'module:fips') }),
  ],
  [
    'one that names a component twice',
    () => ({ ...sbom, components: [...sbom.components, ...sbom.components] }),
  ],
])('%s is no SBOM of ours', async (_name, make) => {
  await expect(requireSbomOfImage(make(), image)).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
});

test('is read back with what each package needs and which ones nobody needs', () => {
  const packages = packagesOfSbom(sbom);
  const bash = packages.find(({ name }) => name === 'bash');

  expect(packages.filter(({ isRoot }) => isRoot).map(({ name }) => name)).toEqual([
    'bash',
    'openssl-fips-config',
  ]);
  expect(bash).toMatchObject({
    version: '5.3-r2',
    origin: 'bash',
    needs: [expect.stringContaining('libstdc')],
  });
});
