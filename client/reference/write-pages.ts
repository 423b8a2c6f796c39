import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { cliPage } from './cli-page.ts';
import { compliancePage } from './compliance-page.ts';
import { errorsPage } from './errors-page.ts';
import { MutantCounts } from './mutant-text.ts';
import { wholeProgram } from './whole-program.ts';

const TOP = new URL('../../', import.meta.url);
const counts = MutantCounts.parse(
  JSON.parse(await readFile(new URL('test/golden/mutants.json', TOP), 'utf8')),
);

await writeFileAtomic(fileURLToPath(new URL('docs/errors.md', TOP)), errorsPage());
await writeFileAtomic(fileURLToPath(new URL('docs/compliance.md', TOP)), compliancePage(counts));
await writeFileAtomic(fileURLToPath(new URL('docs/cli.md', TOP)), cliPage(wholeProgram()));
