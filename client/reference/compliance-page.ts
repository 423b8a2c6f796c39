import type { CheckDefinition } from '../../activities/selftest/check-definition.ts';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { CHECK_GROUPS, type CheckGroup } from '../../test/compliance/checks/all-checks.ts';
import { checkText } from './check-text.ts';
import { type MutantCounts, mutantSections } from './mutant-text.ts';

/**
 * `docs/compliance.md`: every check of an image and every mutant, from the definitions and from what the mutation run found. A test keeps
 * the file equal to this.
 */
export function compliancePage(counts: MutantCounts): string {
  const checks = CHECK_GROUPS.flatMap((group) => group.checks);
  const boundaries = Map.groupBy(
    checks.flatMap(({ id, boundary }) => (boundary === undefined ? [] : [{ id, boundary }])),
    ({ boundary }) => boundary,
  );
  return [
    '# The compliance suite',
    '',
    'Generated from `test/compliance/checks/` by `npm run docs`; do not edit by hand.',
    '',
    `A release does these ${checks.length} checks in each finished image, by digest, in a sandbox without a network, read-only, without`,
    'capabilities, as the user of the image. One check that fails or cannot be run aborts the release. Files and variables that a',
    'check lays over the image are named; everything else is the image as it is. Output of which nothing is said must be empty,',
    'lines are compared whole, and `{…}` stands for what the release built. An id never changes its meaning. Programs with the same',
    'files and variables around them share a sandbox: each is ended, and what it left behind removed, before the next.',
    '',
    'What a container cannot prevent is a **boundary**: we say so, and the check shows that it is where we say.',
    '',
    `| group | ${VARIANTS.join(' | ')} | |`,
    `| --- |${' ---: |'.repeat(VARIANTS.length)} --- |`,
    ...CHECK_GROUPS.map(
      ({ prefix, title, checks: own }) => `| ${prefix} | ${countsOf(own).join(' | ')} | ${title} |`,
    ),
    `| all | ${countsOf(checks).join(' | ')} | |`,
    '',
    '## Boundaries',
    '',
    ...[...boundaries].map(([boundary, own]) => `- ${own.map(({ id }) => id).join(', ')}: ${boundary}`),
    '',
    ...mutantSections(counts),
    ...CHECK_GROUPS.flatMap(groupSection),
  ].join('\n');
}

function groupSection({ prefix, title, checks }: CheckGroup): string[] {
  return [`## ${prefix}: ${title}`, '', ...checks.flatMap(checkSection)];
}

function checkSection(check: CheckDefinition): string[] {
  const { id, title } = check;
  return [`### ${id}`, '', `${title[0]?.toUpperCase() ?? ''}${title.slice(1)}.`, '', ...checkText(check), ''];
}

/** How many checks of a group there are for each variant, on the platform that has most. */
function countsOf(checks: readonly CheckDefinition[]): string[] {
  return VARIANTS.map((variant) =>
    String(checks.filter(({ variants }) => variants === undefined || variants.includes(variant)).length),
  );
}
