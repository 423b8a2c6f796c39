import type { TrivyReport } from '../../adapters/trivy/report.ts';
import type { Seen } from './openssl-vulnerabilities.ts';

/** The distributions whose advisories Trivy asks for our packages. */
const FAMILIES = ['wolfi', 'chainguard'];

/** The packages of the operating system and everything with a known vulnerability. */
export function seenIn({ results }: TrivyReport): Seen {
  return {
    packages: results.flatMap((result) => (result.class === 'os-pkgs' ? result.packages : [])),
    vulnerabilities: results.flatMap(({ vulnerabilities }) => vulnerabilities),
  };
}

/** What packages of an image were looked up from, as Trivy calls it: the image itself, or its SBOM. */
export type LookedAt = 'container_image' | 'cyclonedx';

/** Why a report is none of an image whose packages were looked up, one reason each; none when it is. */
export function reasonsAgainstImageReport(
  report: TrivyReport,
  lookedAt: LookedAt = 'container_image',
): string[] {
  const { family, artifactType } = report;
  return [
    ...(artifactType === lookedAt ? [] : [`its report is of a ${artifactType}, not of a ${lookedAt}`]),
    ...(family !== undefined && FAMILIES.includes(family)
      ? []
      : [
          `it took the image for ${family ?? 'no distribution'}, whose advisories are not those of our packages`,
        ]),
    ...(seenIn(report).packages.length > 0 ? [] : ['it saw no packages']),
  ];
}
