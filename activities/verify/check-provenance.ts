import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { platformName } from '../../adapters/oci-layout/platforms.ts';
import type { Statement } from '../../adapters/sigstore/statement.ts';
import { Provenance } from '../../domain/evidence/provenance.ts';
import type { ResourceDescriptor } from '../../domain/evidence/resource-descriptor.ts';
import type { Lock } from '../../domain/pins/lock.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import { resolvedDependencies } from '../sign/statements/dependencies.ts';
import { readPredicate, requireNone } from './predicate.ts';

const CODE = 'FND_PROVENANCE_REFUSED';

/** How an image must have come to be; what is left out may be anything. */
export interface ProvenanceExpectation {
  /** The builders that are trusted, by their ids. */
  readonly builders: readonly string[];
  /** The git repository. */
  readonly source?: string;
  readonly commit?: string;
  /** Of the core. */
  readonly version?: string;
  readonly variant?: Variant;
  readonly platform?: Platform;
}

/**
 * The provenance of an image, which must be as expected and agree with what the image's own configuration says. Throws
 * FND_PROVENANCE_REFUSED with every difference.
 */
export function requireProvenance(
  statement: Statement,
  image: OciImage,
  expected: ProvenanceExpectation,
): Provenance {
  const provenance = readPredicate(statement, Provenance, 'provenance', CODE);
  requireNone(
    [...reasonsAgainst(provenance, expected), ...contradictions(provenance, image)],
    'the provenance is not as expected',
    CODE,
  );
  return provenance;
}

/** The provenance alone, for who has only its evidence of an image. Throws FND_PROVENANCE_REFUSED with every difference. */
export function readProvenance(statement: Statement, expected: ProvenanceExpectation): Provenance {
  const provenance = readPredicate(statement, Provenance, 'provenance', CODE);
  requireNone(reasonsAgainst(provenance, expected), 'the provenance is not as expected', CODE);
  return provenance;
}

/**
 * Throws FND_PROVENANCE_REFUSED unless a build used exactly the entries of a lock that are for its image, none more and none less, each
 * by its digest.
 */
export function requireDependencies({ buildDefinition }: Provenance, lock: Lock): void {
  const { source, variant, platform } = buildDefinition.externalParameters;
  const plan = { source: source.uri, commit: source.digest.gitCommit };
  const used = byDigest(buildDefinition.resolvedDependencies);
  const pinned = byDigest(resolvedDependencies({ plan, lock }, variant, platform));
  const more = [...used].filter(([digest]) => !pinned.has(digest));
  const less = [...pinned].filter(([digest]) => !used.has(digest));
  requireNone(
    [
      ...more.map(([digest, name]) => `${name} was used and is not pinned (${digest})`),
      ...less.map(([digest, name]) => `${name} is pinned and was not used (${digest})`),
    ],
    'the dependencies are not the pins',
    CODE,
  );
}

function reasonsAgainst(provenance: Provenance, expected: ProvenanceExpectation): string[] {
  const { externalParameters } = provenance.buildDefinition;
  const { source, version, variant, platform } = externalParameters;
  const { id } = provenance.runDetails.builder;
  return [
    ...(expected.builders.includes(id)
      ? []
      : [`the builder is ${id}, expected ${expected.builders.join(' or ')}`]),
    ...difference('source', source.uri, expected.source),
    ...difference('commit', source.digest.gitCommit, expected.commit),
    ...difference('version', version, expected.version),
    ...difference('variant', variant, expected.variant),
    ...difference('platform', platform, expected.platform),
  ];
}

/** The configuration was made by the build, the provenance by the signing side: they must tell the same. */
function contradictions({ buildDefinition }: Provenance, { config }: OciImage): string[] {
  const { version, variant, platform } = buildDefinition.externalParameters;
  const { revision } = buildDefinition.internalParameters;
  const label = (name: string): string => config.content.config.Labels[name] ?? 'none';
  return [
    ...difference('platform of the image', platformName(config.content), platform),
    ...difference('label revision', label('org.opencontainers.image.revision'), revision),
    ...difference('label version', label('org.opencontainers.image.version'), version),
    ...difference('label variant', label('dev.foundry.variant'), variant),
  ];
}

function difference(what: string, is: string, expected: string | undefined): string[] {
  return expected === undefined || is === expected ? [] : [`the ${what} is ${is}, expected ${expected}`];
}

function byDigest(descriptors: readonly ResourceDescriptor[]): Map<string, string> {
  return new Map(
    descriptors.map(({ digest = {}, name, uri }) => [
      Object.entries(digest)
        .map(([kind, value]) => `${kind}:${value}`)
        .toSorted()
        .join(' '),
      name ?? uri ?? 'something without a name',
    ]),
  );
}
