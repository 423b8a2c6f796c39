import type { IndexRecord } from '../../adapters/apk/index-record.ts';
import { FoundryError } from '../../domain/errors.ts';
import { nameOf } from './needs.ts';

/** Checks that every need of every package is met within the repository. Throws FND_BAD_DATA with all that is missing. */
export function checkPackages(records: readonly IndexRecord[]): void {
  const offered = new Set(records.flatMap((record) => [record.name, ...record.provides.map(nameOf)]));
  const missing = records.flatMap((record) =>
    record.depends
      .filter((need) => !need.startsWith('!') && !offered.has(nameOf(need)))
      .map((need) => `${record.name} needs ${need}`),
  );
  if (missing.length === 0) return;
  throw new FoundryError(
    'FND_BAD_DATA',
    `the apk repository of the lab is not complete: ${missing.join('; ')}`,
    {
      hint: 'Name the Debian package that has it in the catalogue in lab/packages/, or leave out the file that needs it.',
    },
  );
}
