import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { errorsPage } from '../../../client/reference/errors-page.ts';
import { compliancePage } from '../../../client/reference/compliance-page.ts';

it('docs/errors.md is what the constants say (else: npm run docs)', async () => {
  const written = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

  expect(written).toBe(errorsPage());
});

it('docs/compliance.md is what the definitions of the checks say (else: npm run docs)', async () => {
  const written = await readFile(new URL('../../../docs/compliance.md', import.meta.url), 'utf8');

  expect(written).toBe(compliancePage());
});
