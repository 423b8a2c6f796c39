import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { errorsPage } from './errors-page.ts';
import { selftestPage } from './selftest-page.ts';

await writeFileAtomic(fileURLToPath(new URL('../../docs/errors.md', import.meta.url)), errorsPage());
await writeFileAtomic(fileURLToPath(new URL('../../docs/selftest.md', import.meta.url)), selftestPage());
