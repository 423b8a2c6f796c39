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

/** Why a report is none of an image whose packages were looked up, one reason each; none when it is. */
export function reasonsAgainstImageReport(report: TrivyReport): string[] {
  const { family, artifactType } = report;
  return [
    ...(artifactType === 'container_image' ? [] : [`its report is of a ${artifactType}, not of an image`]),
    ...(family !== undefined && FAMILIES.includes(family)
      ? []
      : [
          `it took the image for ${family ?? 'no distribution'}, whose advisories are not those of our packages`,
        ]),
    ...(seenIn(report).packages.length > 0 ? [] : ['it saw no packages']),
  ];
}
