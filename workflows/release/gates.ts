import { GATES, type Gate } from '../../domain/evidence/gate.ts';
import { attestGates, runGate } from './activities.ts';
import { allToTheEnd } from './all-or-none.ts';
import { inQuarantine } from './construct.ts';
import type { ProvenImage } from './evidence.ts';
import { perVariant } from './per-variant.ts';
import type { ReleaseRun } from './release-run.ts';

interface Gating {
  readonly run: ReleaseRun;
  readonly images: readonly ProvenImage[];
}

/** Stage 5: four gates for every image, each with its canary; then what they found, signed and read back. */
export async function passGates({ run, images }: Gating): Promise<void> {
  await allToTheEnd(images.flatMap((image) => GATES.map((gate) => () => pass(run, gate, image))));
  await perVariant(images, (image) => attest(run, image));
}

async function pass(run: ReleaseRun, gate: Gate, image: ProvenImage): Promise<void> {
  const name = `${gate}: ${image.variant} (${image.platform})`;
  await run.part(
    'gates',
    name,
    () => runGate.executeWithOptions({ summary: name }, [{ ...image, gate }]),
    ({ outcome }) => outcome,
  );
}

async function attest(run: ReleaseRun, image: ProvenImage): Promise<void> {
  const name = `signed: ${image.variant} (${image.platform})`;
  const { attestations } = await run.part(
    'gates',
    name,
    () => attestGates.executeWithOptions({ summary: name }, [inQuarantine(image)]),
    ({ attestations: { length } }) => `vulnerabilities and gates: ${length} signed and read back`,
  );
  run.attested(image, attestations);
}
