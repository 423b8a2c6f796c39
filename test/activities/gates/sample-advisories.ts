import type { AdvisoryRange, OpensslAdvisory } from '../../../adapters/openssl-advisories/advisories.ts';

/** A range of affected versions; `*` is one without an end. */
export function range(from: string, before: string): AdvisoryRange {
  return { from, before, through: undefined };
}

/** An advisory of low severity that says nothing of FIPS modules. */
export function advisory(
  cve: string,
  affected: readonly AdvisoryRange[],
  more: Partial<OpensslAdvisory> = {},
): OpensslAdvisory {
  const published = new Date('2026-04-07T00:00:00Z');
  return { cve, severity: 'low', published, affected, text: 'Issue summary: Made up.', ...more };
}
