import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { errorsPage } from './errors-page.ts';
import { compliancePage } from './compliance-page.ts';

await writeFileAtomic(fileURLToPath(new URL('../../docs/errors.md', import.meta.url)), errorsPage());
await writeFileAtomic(fileURLToPath(new URL('../../docs/compliance.md', import.meta.url)), compliancePage());
