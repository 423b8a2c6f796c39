import type { Advisory } from '../../../lab/advisories/advisory.ts';
import { knownAdvisories } from '../../../lab/advisories/known-advisories.ts';
import { SAMPLE } from '../../domain/pins/sample-pins.ts';
import { NOW } from './watch-world.ts';

/** What the next core fixes. */
export const NEXT = 'CVE-2026-10002';
const ALL = [told('CVE-2026-10001', '3.5.6', 'High'), told(NEXT, '3.5.8', 'Critical')];

/** What is known while the core that is pinned is the newest. */
export const QUIET = knownAdvisories(ALL, { newestCore: '3.5.7' });
/** When the next core is out. */
export const FIXED = knownAdvisories(ALL, { newestCore: '3.5.8' });
/** When there is something that nobody has a fix for. */
export const UNFIXED = knownAdvisories(ALL, { newestCore: '3.5.7', unfixed: true });

/** A moment that many hours after the first look. */
export function later(hours: number): Date {
  return new Date(NOW.getTime() + hours * 3_600_000);
}

/** The pins with a person's statement on one vulnerability. */
export function stating(cve: string): string {
  return `${SAMPLE}
vex "${cve}" {
  status        = "not_affected"
  justification = "vulnerable_code_not_present"
  owner         = "a@example.com"
  reason        = "it is not built in"
  expires       = "2026-12-31"
}
`;
}

function told(cve: string, fixedIn: string, severity: Advisory['severity']): Advisory {
  const title = `Fixed ${cve}.`;
  return { cve, title, severity, summary: 'Made up.', fixedIn, published: '2026-06-09' };
}
