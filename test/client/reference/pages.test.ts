import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { cliPage } from '../../../client/reference/cli-page.ts';
import { wholeProgram } from '../../../client/reference/whole-program.ts';
import { errorsPage } from '../../../client/reference/errors-page.ts';
import { compliancePage } from '../../../client/reference/compliance-page.ts';
import { MutantCounts } from '../../../client/reference/mutant-text.ts';
import { MUTANT_GROUPS } from '../../compliance/mutants/all-mutants.ts';

it('docs/errors.md is what the constants say (else: npm run docs)', async () => {
  const written = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

  expect(written).toBe(errorsPage());
});

it('docs/cli.md is what the definitions of the commands say (else: npm run docs)', async () => {
  const written = await readFile(new URL('../../../docs/cli.md', import.meta.url), 'utf8');

  expect(written).toBe(cliPage(wholeProgram()));
});

it('docs/compliance.md is what the definitions of the checks say (else: npm run docs)', async () => {
  const written = await readFile(new URL('../../../docs/compliance.md', import.meta.url), 'utf8');

  expect(written).toBe(compliancePage(await mutantCounts()));
});

it('the numbers of the mutation run are of the mutants that there are', async () => {
  const mutants = MUTANT_GROUPS.flatMap((group) => group.mutants);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  const names = new Set(mutants.map(({ name }) => name));
  expect(Object.keys(await mutantCounts()).filter((name) => !names.has(name))).toEqual([]);
});

async function mutantCounts(): Promise<MutantCounts> {
  return MutantCounts.parse(
    JSON.parse(await readFile(new URL('../../golden/mutants.json', import.meta.url), 'utf8')),
  );
}
