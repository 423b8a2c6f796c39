import { CANARY_MANIFESTS } from '../../../activities/gates/canary-manifests.ts';
import { DOCKER_CONTROLS, MANUAL_DOCKER_CONTROLS } from '../../../activities/gates/docker-benchmark.ts';
import type { ManifestBenchmark } from '../../../activities/gates/manifest-benchmarks.ts';
import type { ManifestObject } from '../../../activities/gates/manifests.ts';
import type {
  ComplianceReport,
  TrivyMisconfiguration,
  TrivyReport,
  TrivyResult,
} from '../../../adapters/trivy/report.ts';

/** What Trivy says of one file, with nothing in it but what is given. */
export function result(more: Partial<TrivyResult>): TrivyResult {
  return {
    target: 'image',
    class: 'os-pkgs',
    packages: [],
    vulnerabilities: [],
    misconfigurations: [],
    secrets: [],
    ...more,
  };
}

/** What a check of Trivy says. */
export function misconfiguration(id: string, status: TrivyMisconfiguration['status']): TrivyMisconfiguration {
  return { id, status, title: id, message: status === 'PASS' ? '' : `${id} is broken`, severity: 'high' };
}

const PACKAGE = { name: 'openssl', version: '3.5.6-r0', origin: 'openssl' };
const DOCKER_CHECKS = DOCKER_CONTROLS.map(({ evidence }) => evidence).filter((id) => id.startsWith('DS-'));

/** The report of an image on which every check of the Docker benchmark ended alike. */
export function dockerReport(
  status: TrivyMisconfiguration['status'],
  more: Partial<TrivyReport> = {},
): TrivyReport {
  const isBad = status === 'FAIL';
  const found = { id: 'CVE-2026-1', package: 'openssl', version: '3.0.0-r0', fixedVersion: null };
  return {
    version: '0.74.0',
    artifactType: 'container_image',
    family: 'wolfi',
    results: [
      result({ packages: [PACKAGE], vulnerabilities: isBad ? [{ ...found, severity: 'low' }] : [] }),
      result({ class: 'config', misconfigurations: DOCKER_CHECKS.map((id) => misconfiguration(id, status)) }),
      ...(isBad
        ? [
            result({
              class: 'secret',
              secrets: [{ rule: 'x', title: 'A token', severity: 'critical' as const }],
            }),
          ]
        : []),
    ],
    ...more,
  };
}

/** The controls of the Docker benchmark, with nothing against any but those that are given. */
export function dockerCompliance(against: Readonly<Record<string, TrivyResult>> = {}): ComplianceReport {
  const ids = [...DOCKER_CONTROLS.map(({ control }) => control), ...MANUAL_DOCKER_CONTROLS];
  return compliance('docker-cis-1.6.0', ids, against);
}

/** What Trivy says of manifests that break nothing, and of the canaries that break everything. */
export function manifestReport(
  { controls }: ManifestBenchmark,
  objects: readonly ManifestObject[],
): TrivyReport {
  const checks = [...new Set(controls.map(({ check }) => check))];
  return {
    version: '0.74.0',
    artifactType: 'filesystem',
    family: undefined,
    results: [
      ...objects.map(({ path }) => ({ path, status: 'PASS' as const })),
      ...Object.values(CANARY_MANIFESTS).map(({ path }) => ({ path, status: 'FAIL' as const })),
    ].map(({ path, status }) =>
      result({
        target: path,
        class: 'config',
        misconfigurations: checks.map((id) => misconfiguration(id, status)),
      }),
    ),
  };
}

/** The controls of a benchmark on manifests, with nothing against any but those that are given. */
export function manifestCompliance(
  { name, controls, notClaimed }: ManifestBenchmark,
  against: Readonly<Record<string, TrivyResult>> = {},
): ComplianceReport {
  return compliance(name, [...controls.map(({ control }) => control), ...notClaimed], against);
}

function compliance(
  id: string,
  controls: readonly string[],
  against: Readonly<Record<string, TrivyResult>>,
): ComplianceReport {
  return {
    id,
    controls: controls.map((control) => {
      const found = against[control];
      return { id: control, name: control, results: found === undefined ? [] : [found] };
    }),
  };
}
