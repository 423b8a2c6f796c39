import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { platformName } from '../../adapters/oci-layout/platforms.ts';
import { pullImage } from '../../adapters/oci-layout/pull.ts';
import { readingOnce } from '../../adapters/registry/image-reader.ts';
import type { ReadableImage } from '../../adapters/sigstore/read-attached.ts';
import { FoundryError } from '../../domain/errors.ts';
import { GATES } from '../../domain/evidence/gate.ts';
import type { Provenance } from '../../domain/evidence/provenance.ts';
import { Withdrawal } from '../../domain/evidence/withdrawal.ts';
import type { Lock } from '../../domain/pins/lock.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import { requireSbomOfImage } from '../evidence/sbom/require-sbom.ts';
import { type ProvenanceExpectation, requireDependencies, requireProvenance } from './check-provenance.ts';
import { requireGates, requireSelfTests, requireVulnerabilityResult } from './check-results.ts';
import { requireSummary } from './check-summary.ts';
import type { Checklist } from './checklist.ts';
import {
  attestationOf,
  bundleOpener,
  type Attestations,
  type Attested,
  type Evidence,
  evidenceAmong,
  type ImageEvidence,
  readImageEvidence,
  type Trust,
  withdrawalsIn,
} from './evidence.ts';
import { readPredicate } from './predicate.ts';
import { DESCRIBED, type Requirement } from './requirement.ts';

// One function a check of `foundry verify`, in the order in which it looks: what it needs, what must hold, and what a reader is told.

/** Index, manifest, configuration and layers lead to each other by digest. Of an index of several platforms, one is looked at. */
export async function lookAtImage(
  list: Checklist,
  image: ReadableImage,
  platform: Platform | undefined,
): Promise<OciImage | undefined> {
  return await list.look({
    id: 'image',
    title: 'The image is what its digest says',
    given: image,
    async work({ registry, repository, digest }) {
      const value = await pullImage(registry, repository, digest, platform);
      return { value, detail: `${digest}, ${platformName(value.config.content)}, every part by its digest` };
    },
  });
}

/** All that is attached is genuine, or by others. */
export async function lookAtSignatures(
  list: Checklist,
  image: ReadableImage,
  parts: OciImage | undefined,
  trust: Trust,
): Promise<ImageEvidence | undefined> {
  return await list.look({
    id: 'signatures',
    title: 'What is attached in our name is genuine, and about this image',
    given: parts,
    async work(there) {
      const opener = bundleOpener(trust);
      const at = { ...image, registry: readingOnce(image.registry) };
      const { digest } = there.manifest.descriptor;
      const { index, manifest } = await readImageEvidence(at, there.index.content, digest, opener);
      const others = index.others.length + manifest.others.length;
      const strangers = others === 0 ? '' : `; ${others} by others do not count`;
      const detail = `${index.ours.length} on the index and ${manifest.ours.length} on the manifest, by ${trust.identity.san}${strangers}`;
      return { value: { index, manifest }, detail };
    },
  });
}

/** Each attestation that must be there is on the index and on the manifest, one check each; when bundles are named, one of those. */
export async function lookForAttestations(
  list: Checklist,
  evidence: ImageEvidence | undefined,
  required: readonly Requirement[],
  bundles?: readonly string[],
): Promise<Attestations> {
  const chosen = bundles === undefined ? undefined : new Set(bundles);
  const counting = (all: Evidence): Evidence => (chosen === undefined ? all : evidenceAmong(all, chosen));
  const found: Partial<Record<Requirement, Attested>> = {};
  for (const requirement of required) {
    const attested = await list.look({
      id: `attached.${requirement}`,
      title: `Attached: ${DESCRIBED[requirement].title}`,
      given: evidence,
      work({ index, manifest }) {
        const value = attestationOf(requirement, counting(index), counting(manifest));
        const at = value.signedAt.toISOString().replace('.000Z', 'Z');
        return { value, detail: `signed ${at}, bundle ${value.bundle.slice(0, 12)}` };
      },
    });
    if (attested !== undefined) found[requirement] = attested;
  }
  return found;
}

/** Nobody of us has taken it back. */
export async function lookForWithdrawal(list: Checklist, evidence: ImageEvidence | undefined): Promise<void> {
  await list.look({
    id: 'withdrawn',
    title: 'It has not been withdrawn',
    given: evidence,
    work({ index, manifest }) {
      const [withdrawal] = [...withdrawalsIn(index), ...withdrawalsIn(manifest)];
      if (withdrawal === undefined) return { value: true, detail: 'no withdrawal of ours is attached' };
      const said = readPredicate(withdrawal.statement, Withdrawal, 'withdrawal', 'FND_WITHDRAWN');
      throw new FoundryError(
        'FND_WITHDRAWN',
        `withdrawn by ${said.by} on ${said.withdrawnAt}: ${said.reason}`,
        { hint: 'Do not use the image; take a newer release.' },
      );
    },
  });
}

/** All attestations call the image what its readers call it. */
export async function lookAtName(
  list: Checklist,
  attestations: Attestations,
  expected: string | undefined,
): Promise<string | undefined> {
  const all = Object.values(attestations);
  return await list.look({
    id: 'name',
    title: 'All attestations name the image as its readers do',
    given: all.length === 0 ? undefined : all,
    work(those) {
      const names = those.flatMap(({ statement }) => statement.subject.map(({ name = 'nothing' }) => name));
      const [name = 'nothing', ...more] = new Set(names);
      if (more.length === 0 && (expected === undefined || name === expected))
        return { value: name, detail: name };
      const found = [name, ...more].join(' and ');
      throw new FoundryError(
        'FND_PROVENANCE_REFUSED',
        `the attestations name ${found}, expected ${expected ?? 'one name'}`,
      );
    },
  });
}

/** It was built as expected. */
export async function lookAtProvenance(
  list: Checklist,
  attested: Attested | undefined,
  parts: OciImage | undefined,
  expected: ProvenanceExpectation,
): Promise<Provenance | undefined> {
  return await list.look({
    id: 'provenance',
    title: 'It was built from what, and by whom, it must have been',
    given: both(attested, parts),
    work([{ statement }, image]) {
      const value = requireProvenance(statement, image, expected);
      const { source, version, variant, platform } = value.buildDefinition.externalParameters;
      const detail = `${variant} ${version} for ${platform}, commit ${source.digest.gitCommit} of ${source.uri}, by ${value.runDetails.builder.id}`;
      return { value, detail };
    },
  });
}

/** It was built from the lock and nothing else. */
export async function lookAtDependencies(
  list: Checklist,
  provenance: Provenance | undefined,
  lock: Lock,
): Promise<void> {
  await list.look({
    id: 'pins',
    title: 'It was built from exactly what is pinned',
    given: provenance,
    work(value) {
      requireDependencies(value, lock);
      const { length } = value.buildDefinition.resolvedDependencies;
      return { value, detail: `${length} dependencies, each by its digest` };
    },
  });
}

/** The SBOM and the bytes of the image agree. */
export async function lookAtSbom(
  list: Checklist,
  attested: Attested | undefined,
  parts: OciImage | undefined,
): Promise<void> {
  await list.look({
    id: 'sbom',
    title: 'Its SBOM lists what is in it',
    given: both(attested, parts),
    async work([{ statement }, image]) {
      const value = await requireSbomOfImage(statement.predicate, image);
      return { value, detail: `${value.packages} packages, ${value.files} files` };
    },
  });
}

/** All that this foundry would test was tested. */
export async function lookAtSelfTests(
  list: Checklist,
  attested: Attested | undefined,
  provenance: Provenance | undefined,
): Promise<void> {
  await list.look({
    id: 'self-tests',
    title: 'It passed every self-test',
    given: both(attested, provenance),
    work([{ statement }, { buildDefinition }]) {
      const value = requireSelfTests(statement, buildDefinition.externalParameters);
      return { value, detail: `${value} passed` };
    },
  });
}

/** It was scanned; whether what was found may pass, the gates say. */
export async function lookAtVulnerabilities(list: Checklist, attested: Attested | undefined): Promise<void> {
  await list.look({
    id: 'vulnerabilities',
    title: 'It was scanned for known vulnerabilities',
    given: attested,
    work({ statement }) {
      const value = requireVulnerabilityResult(statement);
      const { result, db } = value.scanner;
      const scanned = `scanned ${value.metadata.scanFinishedOn} with a database of ${db.lastUpdate}`;
      return { value, detail: `${result.length} named, judged by the gate; ${scanned}` };
    },
  });
}

/** It passed all gates. */
export async function lookAtGates(list: Checklist, attested: Attested | undefined): Promise<void> {
  await list.look({
    id: 'gates',
    title: `It passed the ${GATES.length} gates`,
    given: attested,
    work({ statement }) {
      const value = requireGates(statement);
      const [stated, waived] = [value.stated, value.waived].map((ids) => ids.join(', '));
      const signedOff = [
        ...(waived === '' ? [] : [`waived: ${waived}`]),
        ...(stated === '' ? [] : [`stated: ${stated}`]),
      ];
      const words = signedOff.length === 0 ? 'nothing waived' : signedOff.join('; ');
      return { value, detail: `${value.checks} checks passed, ${words}` };
    },
  });
}

/** What the signing side verified is what was verified here. */
export async function lookAtSummary(
  list: Checklist,
  attestations: Attestations,
  name: string | undefined,
): Promise<void> {
  const { summary, ...others } = attestations;
  await list.look({
    id: 'summary',
    title: 'Its verification summary (VSA) agrees with all this',
    given: both(summary, name),
    work([attested, resource]) {
      const value = requireSummary(attested, { name: resource, verified: Object.values(others) });
      return { value, detail: `${value.verifiedLevels.join(', ')}, verified ${value.timeVerified}` };
    },
  });
}

function both<A, B>(a: A | undefined, b: B | undefined): readonly [A, B] | undefined {
  return a === undefined || b === undefined ? undefined : [a, b];
}
