import { createHash } from 'node:crypto';
import type { ImageToDescribe } from '../../../../activities/evidence/sbom/describe-image.ts';
import { describeImage } from '../../../../activities/evidence/sbom/describe-image.ts';
import type { ReadPlan } from '../../../../activities/plan/read-plan.ts';
import { moduleMac } from '../../../../activities/selftest/module-mac.ts';
import type { OciImage } from '../../../../adapters/oci-layout/oci-image.ts';
import { parseSha256, sha256 } from '../../../../domain/digest.ts';
import { sampleImage, sampleLayer } from '../../../adapters/oci-layout/sample-image.ts';
import { sampleLock, samplePins } from '../../../domain/pins/sample-pins.ts';

/** A package as it stands in the database of a sample image, and its files by path. */
export interface SamplePackage {
  readonly name: string;
  readonly version: string;
  readonly origin?: string;
  readonly license?: string;
  readonly depends?: string;
  readonly provides?: string;
  readonly files?: Readonly<Record<string, string>>;
}

const MODULE = 'the provider module';
const MODULE_PATH = 'usr/lib/ossl-modules/fips.so';

/** The packages of {@link contentsOf} and of the sample pins, at their versions. */
export const PACKAGES: readonly SamplePackage[] = [
  {
    name: 'libcrypto3',
    version: '3.5.7-r0',
    origin: 'openssl',
    license: 'Apache-2.0',
    provides: 'so:libcrypto.so.3=3',
    files: { 'usr/lib/libcrypto.so.3': 'crypto' },
  },
  {
    name: 'bash',
    version: '5.3-r2',
    origin: 'bash',
    license: 'GPL-3.0-or-later OR (MIT AND LicenseRef-Sample)',
    depends: 'so:libstdc++.so.6 cmd:nothing !libressl',
    files: { 'usr/bin/bash': 'shell', 'etc/passwd': 'as the package has it' },
  },
  {
    name: 'libstdc++',
    version: '15.2.0-r1',
    origin: 'gcc',
    license: 'a licence of its own',
    provides: 'so:libstdc++.so.6=6.0.34',
  },
  {
    name: 'openssl-fips-provider',
    version: '3.1.2-r2',
    origin: 'openssl-fips-provider',
    license: 'Apache-2.0',
    files: { [MODULE_PATH]: MODULE },
  },
  {
    name: 'openssl-fips-config',
    version: '3.5.7-r0',
    origin: 'openssl-fips-config',
    license: 'Apache-2.0',
    depends: 'openssl-fips-provider=3.1.2-r2 libcrypto3=3.5.7-r0',
    files: { 'etc/ssl/fipsmodule.cnf': configurationOf(MODULE) },
  },
];

/** The files of an image that holds packages; `changes` are laid over them, and an empty text removes one. */
export function contentsOf(
  packages: readonly SamplePackage[] = PACKAGES,
  changes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const all = {
    'etc/os-release': 'NAME="Wolfi"\nID=wolfi\nVERSION_ID="20230201"\n',
    'usr/lib/apk/db/installed': packages.map((one) => recordOf(one)).join('\n'),
    ...Object.assign({}, ...packages.map(({ files }) => files)),
    'etc/passwd': 'as apko wrote it',
    ...changes,
  } as Record<string, string>;
  return Object.fromEntries(Object.entries(all).filter(([, content]) => content !== ''));
}

/** An image of one layer with these files. */
export async function imageOf(files: Readonly<Record<string, string>> = contentsOf()): Promise<OciImage> {
  return sampleImage([await sampleLayer(files)]);
}

/** What `fipsmodule.cnf` says of a module. */
export function configurationOf(module: string): string {
  return `[fips_sect]\nactivate = 1\nmodule-mac = ${moduleMac(Buffer.from(module))}\n`;
}

/** A plan with the sample pins and their lock. */
export function samplePlan(): ReadPlan {
  const versions = samplePins();
  return {
    plan: {
      schemaVersion: 1,
      version: versions.core.version,
      commit: 'c'.repeat(40),
      revision: 'c'.repeat(40),
      source: 'https://git.example.com/openssl-fips.git',
      epoch: 1_780_000_000,
      files: {},
    },
    versions,
    lock: sampleLock(),
    texts: { versions: '', lock: '' },
  };
}

/** All that describing an image needs, with the packages of the sample. */
export function describable(image: OciImage): ImageToDescribe {
  return {
    image,
    plan: samplePlan(),
    variant: 'standard',
    platform: 'linux/amd64',
    built: PACKAGES.map(({ name, version }) => ({ name, version, sha256: sha256(name) })),
    tools: [{ name: 'melange', version: 'v0.58.0', sha256: parseSha256('d'.repeat(64), 'a tool') }],
    subjectName: 'registry.example.com/openssl-fips',
  };
}

/** The SBOM of an image, as JSON. */
export async function sbomOf(image: OciImage): Promise<Sbom> {
  return JSON.parse(Buffer.from(await describeImage(describable(image))).toString('utf8')) as Sbom;
}

/** An SBOM as far as tests look at it. */
export interface Sbom {
  metadata: { component: SbomComponent; timestamp: string };
  serialNumber: string;
  components: SbomComponent[];
  dependencies: { ref: string; dependsOn?: string[] }[];
  formulation: { components: SbomComponent[]; workflows: unknown[] }[];
}

/** One component. */
export interface SbomComponent {
  type: string;
  name: string;
  version: string;
  purl?: string;
  cpe?: string;
  'bom-ref': string;
  licenses?: unknown[];
  hashes: { alg: string; content: string }[];
  properties?: { name: string; value: string }[];
  evidence?: { occurrences: { location: string }[] };
}

function recordOf({
  name,
  version,
  origin = name,
  license = '',
  depends = '',
  provides = '',
  files = {},
}: SamplePackage): string {
  const lines = [
    `P:${name}`,
    `V:${version}`,
    'A:x86_64',
    `L:${license}`,
    `T:the package ${name}`,
    `o:${origin}`,
    'm:somebody',
    'U:https://example.com/',
    `D:${depends}`,
    `p:${provides}`,
    `C:${checksumOf(name)}`,
  ];
  for (const [path, content] of Object.entries(files)) {
    const at = path.lastIndexOf('/');
    lines.push(`F:${path.slice(0, at)}`, `R:${path.slice(at + 1)}`, `Z:${checksumOf(content)}`);
  }
  return `${lines.join('\n')}\n`;
}

function checksumOf(content: string): string {
  return `Q1${createHash('sha1').update(content).digest('base64')}`;
}
