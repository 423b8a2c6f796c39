import type { OpensslAdvisory } from '../../adapters/openssl-advisories/advisories.ts';
import type { ComplianceReport, TrivyReport } from '../../adapters/trivy/report.ts';
import type { FoundStatement, FoundWaiver } from '../../domain/pins/policy.ts';
import type { Check } from '../../domain/release/check.ts';
import { type ControlChecks, controlChecks, type ControlOutcome, unknownControls } from './control.ts';
import {
  CRITICAL_SECRETS,
  CRITICAL_VULNERABILITIES,
  DOCKER_CONTROLS,
  type DockerControl,
  MANUAL_DOCKER_CONTROLS,
} from './docker-benchmark.ts';
import { judgePackages } from './openssl-vulnerabilities.ts';
import { reasonsAgainstImageReport, seenIn } from './image-report.ts';
import { type Judgement, judgeStatement } from './waived.ts';

/** What was looked at, and what Trivy said of it: of the image, and of a canary in the same way. */
export interface DockerScan {
  readonly report: TrivyReport;
  readonly compliance: ComplianceReport;
  readonly canary: TrivyReport;
}

/** What else is known of the vulnerabilities that Trivy names. */
export interface Knowledge {
  readonly advisories: readonly OpensslAdvisory[];
  readonly statements: readonly FoundStatement[];
}

/** The checks of the gate `cis-docker`. A critical vulnerability that OpenSSL's advisories refute, or that is stated to do no harm, breaks no control. */
export function dockerChecks(
  scan: DockerScan,
  knowledge: Knowledge,
  waivers: readonly FoundWaiver[],
): ControlChecks {
  const outcomes = DOCKER_CONTROLS.map((control) => ({
    ...control,
    outcome: outcomeOf(control, scan.report, knowledge),
  }));
  const judged = controlChecks(outcomes, waivers);
  return { ...judged, checks: [runCheck(scan), canaryCheck(scan.canary), ...judged.checks] };
}

function runCheck({ report, compliance }: DockerScan): Check {
  const check = { id: 'CIS-RUN', title: 'Trivy evaluated the image by the CIS Docker benchmark' };
  const known = [...DOCKER_CONTROLS.map(({ control }) => control), ...MANUAL_DOCKER_CONTROLS];
  const configurations = report.results.filter((result) => result.class === 'config');
  const reasons = [
    ...reasonsAgainstImageReport(report),
    ...(configurations.length === 1 ? [] : ['it did not read the configuration of the image']),
    ...unknownControls(
      compliance.controls.map(({ id }) => id),
      known,
    ),
    ...DOCKER_CONTROLS.filter(
      (control) => trivyObjects(control, compliance) !== isNamed(control, report),
    ).map(({ control }) => `its report and its controls do not agree about ${control}`),
  ];
  if (reasons.length > 0) return { ...check, verdict: 'not-run', detail: reasons.join('; ') };
  const detail = `Trivy ${report.version}: ${DOCKER_CONTROLS.length} controls evaluated; ${MANUAL_DOCKER_CONTROLS.join(', ')} are for a person and not claimed`;
  return { ...check, verdict: 'pass', detail };
}

function canaryCheck(canary: TrivyReport): Check {
  const check = {
    id: 'CIS-CANARY',
    title: 'Trivy finds a known mistake against each control in another image',
  };
  const missed = DOCKER_CONTROLS.filter((control) => !isCaught(control, canary)).map(
    ({ control }) => control,
  );
  return missed.length === 0
    ? {
        ...check,
        verdict: 'pass',
        detail: `${DOCKER_CONTROLS.length} of ${DOCKER_CONTROLS.length} were found`,
      }
    : {
        ...check,
        verdict: 'not-run',
        detail: `the mistakes against ${missed.join(', ')} were not found, so nothing follows from finding nothing`,
      };
}

/** Whether the report of the canary shows that this control can be broken. No database is bound to know a critical vulnerability of it; any will do. */
function isCaught({ evidence }: DockerControl, canary: TrivyReport): boolean {
  if (evidence === CRITICAL_VULNERABILITIES) return seenIn(canary).vulnerabilities.length > 0;
  if (evidence === CRITICAL_SECRETS) return criticalSecrets(canary).length > 0;
  return statuses(canary, evidence).includes('FAIL');
}

function outcomeOf({ evidence }: DockerControl, report: TrivyReport, knowledge: Knowledge): ControlOutcome {
  if (evidence === CRITICAL_VULNERABILITIES) return vulnerabilityOutcome(report, knowledge);
  if (evidence === CRITICAL_SECRETS) {
    const found = criticalSecrets(report);
    return found.length === 0
      ? { kind: 'holds', words: 'no critical secret was found' }
      : { kind: 'broken', words: found.join('; ') };
  }
  const seen = statuses(report, evidence);
  if (seen.includes('FAIL')) return { kind: 'broken', words: `${evidence}: ${messages(report, evidence)}` };
  return seen.length > 0 && seen.every((status) => status === 'PASS')
    ? { kind: 'holds', words: `${evidence} passed` }
    : { kind: 'not-evaluated', words: `the report does not show that ${evidence} was evaluated` };
}

function vulnerabilityOutcome(report: TrivyReport, { advisories, statements }: Knowledge): ControlOutcome {
  const seen = seenIn(report);
  if (seen.packages.length === 0) return { kind: 'not-evaluated', words: 'the scanner saw no packages' };
  const scanned = new Set(seen.vulnerabilities.map(({ id }) => id));
  const named = judgePackages(seen, advisories).named.filter(
    ({ id, severity, check }) => severity === 'critical' && scanned.has(id) && check === id,
  );
  const judged = named.map(({ id, isAffected, reason }) => {
    const { mayPass, words } = isAffected ? judgeStatement(statements, id) : { mayPass: true, words: '' };
    return { mayPass, words: `${id}: ${reason}${words === '' ? '' : `. ${words}`}` };
  });
  const inWords = (those: readonly Judgement[]): string => those.map(({ words }) => words).join('; ');
  const left = judged.filter(({ mayPass }) => !mayPass);
  if (left.length > 0) return { kind: 'broken', words: inWords(left) };
  const words = judged.length === 0 ? 'none is known' : `none is left: ${inWords(judged)}`;
  return { kind: 'holds', words };
}

/** Whether Trivy's own list of controls speaks against this one. */
function trivyObjects({ control }: DockerControl, { controls }: ComplianceReport): boolean {
  const results = controls.find(({ id }) => id === control)?.results ?? [];
  return results.some(
    ({ misconfigurations, vulnerabilities, secrets }) =>
      vulnerabilities.length + secrets.length > 0 ||
      misconfigurations.some(({ status }) => status === 'FAIL'),
  );
}

/** Whether the report names anything against this control, before anything is refuted. */
function isNamed({ evidence }: DockerControl, report: TrivyReport): boolean {
  if (evidence === CRITICAL_VULNERABILITIES)
    return seenIn(report).vulnerabilities.some(({ severity }) => severity === 'critical');
  if (evidence === CRITICAL_SECRETS) return criticalSecrets(report).length > 0;
  return statuses(report, evidence).includes('FAIL');
}

function criticalSecrets({ results }: TrivyReport): string[] {
  return results.flatMap(({ target, secrets }) =>
    secrets.flatMap(({ severity, title }) => (severity === 'critical' ? [`${title} in ${target}`] : [])),
  );
}

function statuses({ results }: TrivyReport, check: string): string[] {
  return results.flatMap(({ misconfigurations }) =>
    misconfigurations.filter(({ id }) => id === check).map(({ status }) => status),
  );
}

function messages({ results }: TrivyReport, check: string): string {
  return results
    .flatMap(({ misconfigurations }) =>
      misconfigurations
        .filter(({ id, status }) => id === check && status === 'FAIL')
        .map(({ message }) => message),
    )
    .join('; ');
}
