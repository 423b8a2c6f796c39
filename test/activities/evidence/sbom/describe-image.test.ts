import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeImage } from '../../../../activities/evidence/sbom/describe-image.ts';
import { packagesOfSbom } from '../../../../activities/evidence/sbom/read-sbom.ts';
import { moduleMac } from '../../../../activities/selftest/module-mac.ts';
import type { OciImage } from '../../../../adapters/oci-layout/oci-image.ts';
import { sha256 } from '../../../../domain/digest.ts';
import { sampleImage, sampleLayer } from '../../../adapters/oci-layout/sample-image.ts';
import {
  configurationOf,
  contentsOf,
  describable,
  imageOf,
  PACKAGES,
  type Sbom,
  type SbomComponent,
  sbomOf,
} from './described-image.ts';

let image: OciImage;
let sbom: Sbom;

beforeAll(async () => {
  image = await imageOf();
  sbom = await sbomOf(image);
});

function component(reference: string): SbomComponent {
  const found = sbom.components.find((one) => one.name === reference || one['bom-ref'] === reference);
  if (found === undefined) throw new Error(`there is no component ${reference}`);
  return found;
}

function property(reference: string, name: string): string[] {
  return (component(reference).properties ?? []).filter((one) => one.name === name).map(({ value }) => value);
}

function needsOf(reference: string): string[] {
  const { purl, 'bom-ref': ref } = component(reference);
  const found = sbom.dependencies.find((one) => one.ref === (purl ?? ref))?.dependsOn ?? [];
  return found.map((one) => sbom.components.find((other) => other['bom-ref'] === one)?.name ?? one);
}

test('is CycloneDX 1.6 by its strict schema', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

  expect(await validator.validate(JSON.stringify(sbom))).toBeNull();
  // The validator can say no.
  expect(await validator.validate(JSON.stringify({ ...sbom, components: [{ name: 'x' }] }))).not.toBeNull();
});

test('is the same bytes for the same image, and is dated and numbered by it', async () => {
  const [first, again] = [
    await describeImage(describable(image)),
    await describeImage(describable(await imageOf())),
  ];

  expect(Buffer.compare(first, again)).toBe(0);
  expect(sbom.metadata.timestamp).toBe(new Date(1_780_000_000_000).toISOString());
  expect(sbom.serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const other = await sbomOf(await imageOf(contentsOf(PACKAGES, { 'etc/more': 'x' })));
  expect(other.serialNumber).not.toBe(sbom.serialNumber);
});

describe('a package', () => {
  test('has a purl that other programs read back, also with a name that must be escaped', () => {
    for (const { name, version } of PACKAGES) {
      const purl = PackageURL.fromString(component(name).purl ?? '');
      expect(purl).toMatchObject({ type: 'apk', namespace: 'wolfi', name, version });
      expect({ ...purl.qualifiers }).toEqual({ arch: 'x86_64', distro: '20230201' });
    }
  });

  test('has the digest of its file: as locked, or as built', () => {
    expect(component('bash').hashes).toEqual([{ alg: 'SHA-256', content: sha256('x') }]);
    expect(component('libcrypto3').hashes).toEqual([{ alg: 'SHA-256', content: sha256('libcrypto3') }]);
  });

  test('has its licence as an identifier, as an expression, or by name', () => {
    expect(component('libcrypto3').licenses).toEqual([{ license: { id: 'Apache-2.0' } }]);
    expect(component('bash').licenses).toEqual([
      { expression: 'GPL-3.0-or-later OR (MIT AND LicenseRef-Sample)' },
    ]);
    expect(component('libstdc++').licenses).toEqual([{ license: { name: 'a licence of its own' } }]);
  });

  test('says which files of it the image holds, and what it is a part of', () => {
    expect(component('bash').evidence?.occurrences).toEqual([
      { location: '/etc/passwd' },
      { location: '/usr/bin/bash' },
    ]);
    expect(property('libcrypto3', 'aquasecurity:trivy:SrcName')).toEqual(['openssl']);
  });

  test('has a CPE only where it is of the core: the provider is no old core', () => {
    const named = sbom.components.filter(({ cpe }) => cpe !== undefined).map(({ name, cpe }) => [name, cpe]);
    expect(named).toEqual([['libcrypto3', 'cpe:2.3:a:openssl:openssl:3.5.7:*:*:*:*:*:*:*']]);
  });

  test('depends on who provides what it needs, and says what nobody provides', () => {
    expect(needsOf('bash')).toEqual(['libstdc++']);
    expect(property('bash', 'foundry:apk:unmet')).toEqual(['cmd:nothing']);
    expect(needsOf('openssl-fips-config')).toEqual(['libcrypto3', 'openssl-fips-provider']);
    expect(needsOf('operating-system')).toEqual(['bash', 'openssl-fips-config']);
  });
});

test('names the provider module by its digest, its MAC and the certificate of its source', () => {
  const mac = moduleMac(Buffer.from('the provider module'));
  expect(component('module:fips')).toMatchObject({
    version: '3.1.2',
    hashes: [{ alg: 'SHA-256', content: sha256('the provider module') }],
    evidence: { occurrences: [{ location: '/usr/lib/ossl-modules/fips.so' }] },
  });
  expect(property('module:fips', 'foundry:provider:module-mac')).toEqual([mac]);
  expect(property('module:fips', 'foundry:provider:certificate')).toEqual(['4985']);
  expect(needsOf('openssl-fips-provider')).toEqual(['OpenSSL FIPS Provider']);
  expect(JSON.stringify(sbom)).not.toMatch(/validated/i);
});

test('names both sources with their digests and signers, apart from what is in the image', () => {
  expect(component('source:core')).toMatchObject({ version: '3.5.7', scope: 'excluded' });
  expect(component('source:core').hashes).toEqual([{ alg: 'SHA-256', content: '1'.repeat(64) }]);
  expect(property('source:provider', 'foundry:source:accepted-signer')).toEqual(['B'.repeat(40)]);
  expect(packagesOfSbom(sbom).map(({ name }) => name)).toEqual(PACKAGES.map(({ name }) => name).toSorted());
});

test('accounts for every regular file: what no package brought is a component by its digest', () => {
  const files = sbom.components.filter(({ type }) => type === 'file').map(({ name }) => name);
  expect(files).toEqual(['etc/os-release', 'etc/passwd', 'usr/lib/apk/db/installed']);
  expect(component('file:etc/passwd').hashes).toEqual([
    { alg: 'SHA-256', content: sha256('as apko wrote it') },
  ]);
});

test('says in its formulation which tools, base and sources it came from', () => {
  const [formula] = sbom.formulation;
  expect(formula?.components.map((one) => [one['bom-ref'], one.hashes?.[0]?.content ?? one.purl])).toEqual([
    ['tool:melange', 'd'.repeat(64)],
    ['base-image', expect.stringContaining(`@sha256:${'4'.repeat(64)}`)],
  ]);
  expect(formula?.workflows).toContainEqual(
    expect.objectContaining({
      name: 'build:core',
      inputs: [{ resource: { ref: 'source:core' } }],
      outputs: [{ type: 'artifact', resource: { ref: component('libcrypto3').purl } }],
    }),
  );
});

test('reads layers as they lie on top of each other', async () => {
  const upper = {
    'usr/lib/.wh.libcrypto.so.3': '',
    'etc/ssl/.wh..wh..opq': '',
    'etc/ssl/fipsmodule.cnf': configurationOf('the provider module'),
    'usr/bin/bash': 'another shell',
  };
  const layered = await sbomOf(sampleImage([await sampleLayer(contentsOf()), await sampleLayer(upper)]));
  const found = new Map(layered.components.map((one) => [one['bom-ref'], one]));

  expect(found.get('file:usr/bin/bash')?.hashes[0]?.content).toBe(sha256('another shell'));
  expect([...found.values()].find(({ name }) => name === 'libcrypto3')?.evidence).toBeUndefined();
});

describe('refuses an image', () => {
  test.each([
    ['without a database', contentsOf(PACKAGES, { 'usr/lib/apk/db/installed': '' }), /has no usr\/lib\/apk/],
    [
      'without a provider module',
      contentsOf(PACKAGES, { 'usr/lib/ossl-modules/fips.so': '' }),
      /has no .*fips\.so/,
    ],
    ['without os-release', contentsOf(PACKAGES, { 'etc/os-release': '' }), /has no etc\/os-release/],
    ['of no known system', contentsOf(PACKAGES, { 'etc/os-release': 'NAME=x' }), /names no ID/],
    [
      'whose module is not the one it configures',
      contentsOf(PACKAGES, { 'usr/lib/ossl-modules/fips.so': 'X' }),
      /has the MAC/,
    ],
    [
      'with a package that nobody pinned or built',
      contentsOf([...PACKAGES, { name: 'extra', version: '1-r0' }]),
      /extra 1-r0, which is neither pinned nor built/,
    ],
    [
      'with a package at another version than its pin',
      contentsOf([...PACKAGES.slice(2), { name: 'bash', version: '5.3-r1' }]),
      /bash 5\.3-r1, the pins ask for 5\.3-r2/,
    ],
    [
      'with a core of another version than its pin',
      contentsOf([...PACKAGES.slice(1), { name: 'libcrypto3', version: '3.5.6-r0' }]),
      /libcrypto3 3\.5\.6-r0, the pins ask for 3\.5\.7-r0/,
    ],
  ])('%s', async (_name, files, reason) => {
    const refused = describeImage(describable(await imageOf(files)));

    await expect(refused).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringMatching(reason),
    });
  });
});
