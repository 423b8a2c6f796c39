import {
  affectedRange,
  type AdvisoryRange,
  fixForLine,
  lineOf,
  type OpensslAdvisory,
} from '../../adapters/openssl-advisories/advisories.ts';
import {
  TRIVY_SEVERITIES,
  type TrivyPackage,
  type TrivySeverity,
  type TrivyVulnerability,
} from '../../adapters/trivy/report.ts';
import type { NamedVulnerability } from './judged-finding.ts';
import { judgeForProvider, type ProviderJudgement } from './provider-statement.ts';

/** The origin of the core's packages, by which scanners look advisories up; and the package of the provider, which has an origin of its own. */
export const CORE_ORIGIN = 'openssl';
export const PROVIDER = 'openssl-fips-provider';

/** What a scanner saw. */
export interface Seen {
  readonly packages: readonly TrivyPackage[];
  readonly vulnerabilities: readonly TrivyVulnerability[];
}

/** How many advisories say what of the provider. */
export type ProviderCounts = Readonly<Record<ProviderJudgement['kind'], number>>;

/** All vulnerabilities that the scanner or OpenSSL name for what is in an image. */
export interface JudgedPackages {
  readonly named: readonly NamedVulnerability[];
  readonly provider: ProviderCounts;
}

/**
 * Judges what a scanner found. For packages of the origin `openssl` OpenSSL's own advisories are the truth: the scanner's are those of Wolfi's
 * 3.6 line, whose fixed versions are all higher than ours, and know nothing of what nobody has fixed. So a finding that OpenSSL's advisory
 * refutes for our exact version is not one; one that OpenSSL names is one, whether the scanner knows it or not; and one that OpenSSL
 * does not know stays. Findings of all other packages stay as they are.
 */
export function judgePackages(
  { packages, vulnerabilities }: Seen,
  advisories: readonly OpensslAdvisory[],
): JudgedPackages {
  const core = new Map(packages.flatMap((one) => (one.origin === CORE_ORIGIN ? [[one.name, one]] : [])));
  const versions = new Set([...core.values()].map(({ version }) => version));
  const provider = packages.find(({ name }) => name === PROVIDER);
  const ofProvider = provider === undefined ? [] : judgeProvider(provider, advisories);
  return {
    named: [
      ...vulnerabilities.filter((found) => !core.has(found.package)).map(asNamed),
      ...[...versions].flatMap((version) =>
        judgeCore(
          version,
          vulnerabilities.filter((found) => core.has(found.package) && found.version === version),
          advisories,
        ),
      ),
      ...ofProvider.flatMap(({ named }) => named ?? []),
    ].toSorted((a, b) => (`${a.check} ${a.package}` < `${b.check} ${b.package}` ? -1 : 1)),
    provider: {
      affected: ofProvider.filter(({ kind }) => kind === 'affected').length,
      'not-affected': ofProvider.filter(({ kind }) => kind === 'not-affected').length,
      silent: ofProvider.filter(({ kind }) => kind === 'silent').length,
    },
  };
}

/** The version of the upstream in the version of a package. */
function upstreamVersion(version: string): string {
  return version.replace(/-r\d+$/, '');
}

function judgeCore(
  version: string,
  found: readonly TrivyVulnerability[],
  advisories: readonly OpensslAdvisory[],
): NamedVulnerability[] {
  const upstream = upstreamVersion(version);
  const byId = new Map(advisories.map((advisory) => [advisory.cve, advisory]));
  const scanned = Map.groupBy(found, ({ id }) => id);
  const affecting = advisories.filter((advisory) => affectedRange(advisory, upstream) !== undefined);
  const ids = new Set([...scanned.keys(), ...affecting.map(({ cve }) => cve)]);
  return [...ids].map((id) => {
    const [first] = scanned.get(id) ?? [];
    const advisory = byId.get(id);
    const severities = [first?.severity ?? 'unknown', advisory?.severity ?? 'unknown'] as const;
    const common = { id, check: id, package: CORE_ORIGIN, version, severity: worstKnown(severities) };
    if (advisory === undefined) {
      const reason = `the scanner's database names it, and OpenSSL's advisories do not know it`;
      return { ...common, fixedVersion: first?.fixedVersion ?? null, isAffected: true, reason };
    }
    const range = affectedRange(advisory, upstream);
    const fixedVersion = fixForLine(advisory, upstream) ?? null;
    if (range !== undefined)
      return {
        ...common,
        fixedVersion,
        isAffected: true,
        reason: `OpenSSL: ${rangeInWords(range)} are affected`,
      };
    return { ...common, fixedVersion, isAffected: false, reason: refutation(upstream, fixedVersion) };
  });
}

function refutation(version: string, fixed: string | null): string {
  const line = lineOf(version);
  return fixed === null
    ? `OpenSSL names no version of ${line} as affected`
    : `OpenSSL fixed it in ${fixed}, which ${version} has`;
}

function rangeInWords({ from, before, through }: AdvisoryRange): string {
  if (before === '*') return `all versions from ${from} on, with no fix released,`;
  if (before !== undefined) return `versions from ${from} on and before ${before}`;
  return `versions from ${from} to ${through ?? from}`;
}

function judgeProvider(
  { version }: TrivyPackage,
  advisories: readonly OpensslAdvisory[],
): { kind: ProviderJudgement['kind']; named: NamedVulnerability | undefined }[] {
  const upstream = upstreamVersion(version);
  return advisories.map((advisory) => {
    const { kind, reason } = judgeForProvider(advisory, upstream);
    const isWorthNaming = kind === 'affected' || affectedRange(advisory, upstream) !== undefined;
    return {
      kind,
      named: isWorthNaming
        ? {
            id: advisory.cve,
            check: `${advisory.cve}.${PROVIDER}`,
            package: PROVIDER,
            version,
            fixedVersion: fixForLine(advisory, upstream) ?? null,
            severity: advisory.severity,
            isAffected: kind === 'affected',
            reason,
          }
        : undefined,
    };
  });
}

function asNamed(found: TrivyVulnerability): NamedVulnerability {
  const reason =
    found.fixedVersion === null
      ? "the scanner's database names it, without a fix"
      : `the scanner's database names it, fixed in ${found.fixedVersion}`;
  return { ...found, check: found.id, isAffected: true, reason };
}

function worstKnown(severities: readonly TrivySeverity[]): TrivySeverity {
  return severities.reduce((worst, one) =>
    TRIVY_SEVERITIES.indexOf(one) > TRIVY_SEVERITIES.indexOf(worst) ? one : worst,
  );
}
