import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { hexOf } from '../../domain/digest.ts';
import { VerificationSummary } from '../../domain/evidence/verification-summary.ts';
import { passedByStatement, requireVex } from './check-vex.ts';
import type { Checklist } from './checklist.ts';
import {
  attestationOf,
  type Attestations,
  type Attested,
  type Evidence,
  evidenceAmong,
  type ImageEvidence,
  ofKind,
} from './evidence.ts';
import { DESCRIBED } from './requirement.ts';

/**
 * The VEX statement of the release whose other attestations were found. It is looked for where one is attached, or where something
 * passed by a statement: then it must be there.
 */
export async function lookForVex(
  list: Checklist,
  evidence: ImageEvidence | undefined,
  found: Attestations,
  bundles?: readonly string[],
): Promise<Attested | undefined> {
  if (evidence === undefined) return undefined;
  const chosen = chosenBundles(found, bundles);
  const counting = (all: Evidence): Evidence => (chosen === undefined ? all : evidenceAmong(all, chosen));
  const [index, manifest] = [counting(evidence.index), counting(evidence.manifest)];
  const isThere = ofKind('vex', index).length + ofKind('vex', manifest).length > 0;
  if (!isThere && passedByStatement(found).length === 0) return undefined;
  return await list.look({
    id: 'attached.vex',
    title: `Attached: ${DESCRIBED.vex.title}`,
    given: evidence,
    work() {
      const value = attestationOf('vex', index, manifest);
      const at = value.signedAt.toISOString().replace('.000Z', 'Z');
      return { value, detail: `signed ${at}, bundle ${value.bundle.slice(0, 12)}` };
    },
  });
}

/** What passed by a statement passed by this one, and it is about this image. Nothing is looked at where there is neither. */
export async function lookAtVex(
  list: Checklist,
  attestations: Attestations,
  parts: OciImage | undefined,
): Promise<void> {
  const { vex } = attestations;
  const passed = passedByStatement(attestations);
  if (vex === undefined && passed.length === 0) return;
  await list.look({
    id: 'vex',
    title: 'What passed by a statement is stated by a person, in time',
    given: vex === undefined || parts === undefined ? undefined : { vex, parts },
    work(given) {
      const { index, manifest } = given.parts;
      const value = requireVex(given.vex.statement, {
        image: [index, manifest].map(({ descriptor }) => hexOf(descriptor.digest)),
        passed,
        at: lastSigned(attestations),
      });
      const stated = value.statements.map(({ vulnerability, status }) => `${vulnerability.name} ${status}`);
      const names = passed.length === 0 ? 'nothing passed by it' : `passed by it: ${passed.join(', ')}`;
      return { value, detail: `${stated.join(', ')}; ${names}` };
    },
  });
}

/** An image that several releases made has the statements of each: those of one are what its summary was made from. */
function chosenBundles(
  { summary }: Attestations,
  bundles: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  const read = VerificationSummary.safeParse(summary?.statement.predicate);
  const summed = read.data?.inputAttestations.flatMap(({ digest }) => digest?.['sha256'] ?? []);
  if (summed === undefined) return bundles === undefined ? undefined : new Set(bundles);
  return new Set(bundles === undefined ? summed : summed.filter((one) => bundles.includes(one)));
}

function lastSigned(attestations: Attestations): Date {
  return new Date(Math.max(...Object.values(attestations).map(({ signedAt }) => signedAt.getTime())));
}
