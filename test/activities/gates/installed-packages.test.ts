import { expect, test } from 'vitest';
import { packagesOfImage, packagesOfSbom } from '../../../activities/gates/installed-packages.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import { imageOf, sbomOf } from '../evidence/sbom/described-image.ts';

test('the SBOM that we make of an image names the packages of its database, and nothing else as a package', async () => {
  const image = await imageOf();
  const packages = await packagesOfImage(image);
  expect(packages.size).toBeGreaterThan(0);
  const sbom = Buffer.from(JSON.stringify(await sbomOf(image)));
  expect(packagesOfSbom(sbom)).toEqual(packages);
});

test('an image without a database, and what is no SBOM, are refused', async () => {
  const image = sampleImage([await sampleLayer({ 'etc/os-release': 'ID=wolfi\n' })]);
  await expect(packagesOfImage(image)).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  for (const text of ['', '{}', '{"bomFormat":"CycloneDX","components":[{"purl":"x"}]}'])
    expect(() => packagesOfSbom(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'FND_BAD_DATA' }),
    );
});
