import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDirectoryResults } from '../../../adapters/results/result-index.ts';
import { sha256 } from '../../../domain/digest.ts';
import { describeResults } from './results-contract.ts';

describeResults('in a folder', (folder) => {
  const broken = sha256('broken');
  return Promise.resolve({
    results: openDirectoryResults(folder),
    again: () => openDirectoryResults(folder),
    async breakEntry() {
      await mkdir(join(folder, broken.slice(0, 2)), { recursive: true });
      await writeFile(join(folder, broken.slice(0, 2), `${broken}.json`), '{');
    },
    close: () => Promise.resolve(),
  });
});
