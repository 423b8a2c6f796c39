import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupOf } from '../../../activities/selftest/interviews.ts';
import type { CheckDefinition, ImageFacts } from '../../../activities/selftest/check-definition.ts';
import { examineImage } from '../../../activities/selftest/examine-image.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { runInImage } from '../../../adapters/sandbox/run-in-image.ts';
import type { Platform } from '../../../domain/pins/variant.ts';
import type { Check } from '../../../domain/release/check.ts';
import { makeMutant, type Programs } from './make-mutant.ts';
import { type CheckKind, type Mutant, type ProgramName, PROGRAMS } from './mutant.ts';

/** A released image, what is expected of it, and where it is unpacked. */
export interface Original {
  readonly image: OciImage;
  readonly root: string;
  readonly platform: Platform;
  readonly facts: ImageFacts;
  readonly suite: string;
}

/** The checks of a mutant that did not pass, in the order of the definitions. */
export async function runMutant(mutant: Mutant, original: Original, programs: Programs): Promise<Check[]> {
  const place = await mkdtemp(join(tmpdir(), `foundry-mutant-${mutant.name}-`));
  try {
    const { platform, facts, root } = original;
    const image = await makeMutant(mutant, original.image, root, programs);
    const suite = await suiteOf(mutant, original, programs, join(place, 'suite'));
    const checks = await examineImage(
      { image, variant: mutant.variant, platform, facts, suite },
      {
        root: join(place, 'root'),
        report: () => undefined,
        signal: undefined,
        only: (definition) => canSee(mutant, definition),
        ...(mutant.patience === undefined ? {} : { patience: mutant.patience }),
      },
    );
    return checks.filter(({ verdict }) => verdict !== 'pass');
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** How many checks of each group did not pass, by its prefix. */
export function countByGroup(checks: readonly Pick<Check, 'id'>[]): Record<string, number> {
  const groups = Map.groupBy(checks, ({ id }) => groupOf(id));
  return Object.fromEntries([...groups].map(([group, own]) => [group, own.length]));
}

/** Compiles the programs of mutants in an unpacked development image, with its own compiler. */
export async function compilePrograms({ image, root }: Pick<Original, 'image' | 'root'>): Promise<Programs> {
  const compiled: Partial<Record<ProgramName, Uint8Array>> = {};
  for (const name of Object.keys(PROGRAMS) as ProgramName[]) {
    const { stdout, stderr, exitCode } = await runInImage({
      root,
      config: image.config.content,
      argv: ['sh', '-c', `gcc -x c - -o /tmp/program ${PROGRAMS[name].join(' ')} && base64 /tmp/program`],
      input: await readFile(new URL(`programs/${name}.c`, import.meta.url)),
    });
    if (exitCode !== 0) throw new Error(`${name}.c was not compiled: ${stderr}`);
    compiled[name] = Buffer.from(stdout, 'base64');
  }
  return compiled as Programs;
}

function canSee({ seenBy, groups, without = [] }: Mutant, definition: CheckDefinition): boolean {
  const group = groupOf(definition.id);
  if (without.includes(group) || (groups !== undefined && !groups.includes(group))) return false;
  return kindsOf(definition).some((kind) => seenBy.includes(kind));
}

function kindsOf({ id, probes, overlays = [] }: CheckDefinition): CheckKind[] {
  if (id.startsWith('FIPS-VEC-')) return ['vectors'];
  const kinds = probes.map((probe) => ('run' in probe ? 'commands' : 'ask' in probe ? 'questions' : 'looks'));
  return overlays.length > 0 ? [...kinds, 'commands'] : kinds;
}

async function suiteOf(
  { probe }: Mutant,
  { suite }: Original,
  programs: Programs,
  folder: string,
): Promise<string> {
  if (probe === undefined) return suite;
  await mkdir(folder);
  await writeFile(join(folder, 'fips-probe'), programs[probe], { mode: 0o755 });
  return folder;
}
