import {
  changeReferrers,
  type Subject,
  type TaggedReferrers,
} from '../../adapters/registry/change-referrers.ts';
import type { Descriptor } from '../../adapters/registry/oci-types.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';

/** As often as others may change the list while we write our part of it. */
const ATTEMPTS = 5;

/**
 * Sees to it that manifests that refer to a subject are listed there. A registry that lists them by itself gets no tag. The list is
 * read, changed and written back, so it is looked at afterwards: another writer can take our lines out.
 * Throws FND_EVIDENCE_MISSING when the registry loses them again and again, FND_UNREACHABLE.
 */
export async function requireListed(subject: Subject, carriers: readonly Descriptor[]): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const listed = await digestsOf(subject);
    const lost = carriers.filter(({ digest }) => !listed.has(digest));
    if (lost.length === 0) return;
    if (attempt === ATTEMPTS) throw evidenceMissing(subject, lost.map(({ digest }) => digest).join(', '));
    await changeReferrers(subject, (list) => [...list, ...lost.filter(({ digest }) => !has(list, digest))]);
  }
}

/** Takes manifests that refer to a subject off it and out of the registry. It is no error when they are not there. */
export async function removeReferrers(subject: Subject, carriers: readonly OciDigest[]): Promise<void> {
  const { registry, repository } = subject;
  for (let attempt = 0; ; attempt += 1) {
    for (const carrier of carriers) await registry.deleteManifest(repository, carrier);
    const listed = await digestsOf(subject);
    const left = carriers.filter((digest) => listed.has(digest));
    if (left.length === 0) return;
    if (attempt === ATTEMPTS) {
      throw new FoundryError(
        'FND_UNREACHABLE',
        `${nameOf(subject)}: the registry still lists ${left.join(', ')}`,
      );
    }
    await changeReferrers(subject, (list) =>
      list.filter(({ digest }) => !left.some((one) => one === digest)),
    );
  }
}

/** FND_EVIDENCE_MISSING for something that is not on a subject. */
export function evidenceMissing(subject: Subject, what: string): FoundryError {
  return new FoundryError('FND_EVIDENCE_MISSING', `${nameOf(subject)}: the registry does not have ${what}`, {
    hint: 'What was attached is gone from the registry: see whether something deletes untagged manifests there.',
  });
}

async function digestsOf({ registry, repository, digest }: Subject): Promise<ReadonlySet<OciDigest>> {
  return new Set((await registry.listReferrers(repository, digest)).map((descriptor) => descriptor.digest));
}

function has(list: TaggedReferrers, digest: OciDigest): boolean {
  return list.some((one) => one.digest === digest);
}

function nameOf({ registry, repository, digest }: Subject): string {
  return `${registry.host}/${repository}@${digest}`;
}
