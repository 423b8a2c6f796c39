import { z } from 'zod';
import { MUTANT_GROUPS, type MutantGroup } from '../../test/compliance/mutants/all-mutants.ts';
import { UNTRIPPED } from '../../test/compliance/mutants/untripped.ts';

/** What the mutation run found: by the name of a mutant, how many checks of each group did not pass. */
export const MutantCounts = z.record(z.string(), z.record(z.string(), z.int().positive()));
export type MutantCounts = z.infer<typeof MutantCounts>;

/** The mutants with the checks that catch them, and the checks that no mutant trips, in Markdown. */
export function mutantSections(counts: MutantCounts): string[] {
  const untripped = Object.entries(UNTRIPPED);
  return [
    '## Mutants',
    '',
    'A check that cannot fail is none. The mutation run makes deliberately wrong images of a released one, runs the suite on each, and',
    'fails when a mutant is caught by no check, when a check is tripped by no mutant, and when the numbers are not these.',
    '',
    ...MUTANT_GROUPS.flatMap((group) => groupTable(group, counts)),
    '## Checks that no mutant trips',
    '',
    ...(untripped.length === 0 ? ['None.'] : untripped.map(([id, why]) => `- ${id}: ${why}`)),
    '',
  ];
}

function groupTable({ title, mutants }: MutantGroup, counts: MutantCounts): string[] {
  return [
    `### ${title}`,
    '',
    '| mutant | of | what is wrong | checks that catch it |',
    '| --- | --- | --- | --- |',
    ...mutants.map(
      ({ name, wrong, variant }) => `| ${name} | ${variant} | ${wrong} | ${countsText(counts[name] ?? {})} |`,
    ),
    '',
  ];
}

function countsText(counts: MutantCounts[string]): string {
  const groups = Object.entries(counts);
  if (groups.length === 0) return 'not recorded yet';
  const sum = groups.reduce((all, [, count]) => all + count, 0);
  return `**${sum}**: ${groups.map(([group, count]) => `${group.replace('FIPS-', '')} ${count}`).join(', ')}`;
}
