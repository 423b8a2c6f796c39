import { Contrib, Enums, Models } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import parseExpression from 'spdx-expression-parse';
import type { Sha256 } from '../../../domain/digest.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { lockedPackages } from '../../../domain/pins/lock.ts';
import type { Platform, Variant } from '../../../domain/pins/variant.ts';
import { isOwnPackage } from '../../../domain/pins/variant.ts';
import type { ReadPlan } from '../../plan/read-plan.ts';
import type { ImageContents, InstalledPackage } from './image-contents.ts';
import { properties, PROPERTIES, TRIVY } from './properties.ts';

/** A package that was built for a release, by the whole file. */
export interface BuiltForRelease {
  readonly name: string;
  readonly version: string;
  readonly sha256: Sha256;
}

/** Scanners that go by NVD's names know our core by this; every other package is known to them by Wolfi's own advisories. */
const CORE_ORIGIN = 'openssl';
const LICENSES = new Contrib.License.Factories.LicenseFactory(parseExpression);

/** The purl of a package, as scanners write it; it is the package's name in an SBOM too. */
export function packagePurl(
  { name, version, arch }: Pick<InstalledPackage, 'name' | 'version' | 'arch'>,
  system: ImageContents['system'],
): string {
  const qualifiers = { arch, distro: system.version };
  return new PackageURL('apk', system.id.toLowerCase(), name, version, qualifiers).toString();
}

/** A package of an image as CycloneDX has it; `sha256` is of the whole package file. */
export function packageComponent(
  one: InstalledPackage,
  system: ImageContents['system'],
  digest: Sha256,
  unmet: readonly string[],
): Models.Component {
  const purl = packagePurl(one, system);
  const { name, version, description, maintainer, origin, checksum, commit, url, license } = one;
  const component = new Models.Component(Enums.ComponentType.Library, name, {
    bomRef: purl,
    version,
    description,
    publisher: maintainer,
    purl,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], digest]]),
    licenses: new Models.LicenseRepository(license === '' ? [] : [LICENSES.makeFromString(license)]),
    externalReferences: new Models.ExternalReferenceRepository(
      URL.canParse(url) ? [new Models.ExternalReference(url, Enums.ExternalReferenceType.Website)] : [],
    ),
    properties: properties([
      [TRIVY.id, `${name}@${version}`],
      [TRIVY.type, system.id],
      [TRIVY.sourceName, origin],
      [TRIVY.sourceVersion, version],
      [PROPERTIES.checksum, checksum],
      [PROPERTIES.commit, commit],
      [PROPERTIES.origin, origin],
      ...unmet.map((text) => [PROPERTIES.unmet, text] as const),
    ]),
  });
  if (origin === CORE_ORIGIN) component.cpe = coreCpe(version);
  return component;
}

/**
 * The SHA-256 of every package file of an image, by name: of those from the repository as the lock has it, of our own as they were built.
 * Throws FND_BAD_DATA for a package that is neither, or that the pins have at another version.
 */
export function packageDigests(
  packages: readonly InstalledPackage[],
  { lock, versions }: ReadPlan,
  { variant, platform, built }: { variant: Variant; platform: Platform; built: readonly BuiltForRelease[] },
): ReadonlyMap<string, Sha256> {
  const known = new Map<string, BuiltForRelease>();
  for (const one of lockedPackages(lock, variant, platform)) known.set(one.name, one);
  for (const one of built.filter(({ name }) => isOwnPackage(name))) known.set(one.name, one);
  const { core, provider } = versions;
  const digests = new Map<string, Sha256>();
  for (const { name, version } of packages) {
    const expected = known.get(name);
    if (expected === undefined)
      throw new FoundryError(
        'FND_BAD_DATA',
        `the image holds ${name} ${version}, which is neither pinned nor built`,
      );
    const source = name === 'openssl-fips-provider' ? provider : core;
    const wanted = isOwnPackage(name) ? `${source.version}-r${source.revision}` : expected.version;
    if (version !== wanted || expected.version !== wanted)
      throw new FoundryError(
        'FND_BAD_DATA',
        `the image holds ${name} ${version}, the pins ask for ${wanted}`,
      );
    digests.set(name, expected.sha256);
  }
  return digests;
}

function coreCpe(version: string): string {
  const [upstream = ''] = version.split('-', 1);
  return `cpe:2.3:a:openssl:openssl:${upstream}:*:*:*:*:*:*:*`;
}
