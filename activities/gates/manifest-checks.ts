import type { ComplianceReport, TrivyReport } from '../../adapters/trivy/report.ts';
import type { FoundWaiver } from '../../domain/pins/policy.ts';
import type { Check } from '../../domain/release/check.ts';
import { CANARY_FOLDER, CANARY_MANIFESTS } from './canary-manifests.ts';
import { type ControlChecks, controlChecks, type ControlOutcome, unknownControls } from './control.ts';
import type { ManifestBenchmark, ManifestControl } from './manifest-benchmarks.ts';
import type { ManifestObject } from './manifests.ts';

/** What was looked at, and what Trivy said of it and of the canaries in the same run. */
export interface ManifestScan {
  readonly objects: readonly ManifestObject[];
  readonly report: TrivyReport;
  readonly compliance: ComplianceReport;
}

/**
 * The checks of a benchmark on manifests. A control holds when its check passed on every object that it is about, and objects that it
 * is not about do not object: Trivy asks every object alike, so that a pod without a quota in it breaks the control of quotas.
 */
export function manifestChecks(
  benchmark: ManifestBenchmark,
  scan: ManifestScan,
  waivers: readonly FoundWaiver[],
): ControlChecks {
  const outcomes = benchmark.controls.map((control) => ({
    id: `${benchmark.prefix}-${control.control}`,
    title: control.title,
    outcome: outcomeOf(control, scan),
  }));
  const judged = controlChecks(outcomes, waivers);
  return {
    ...judged,
    checks: [runCheck(benchmark, scan), canaryCheck(benchmark, scan.report), ...judged.checks],
  };
}

/** What stands for a gate whose variant has no manifests: nothing was looked at. */
export function noManifests({ prefix }: ManifestBenchmark): Check {
  return { ...runOf(prefix), verdict: 'not-run', detail: 'the commit has no manifests for this variant' };
}

function runOf(prefix: string): Pick<Check, 'id' | 'title'> {
  return { id: `${prefix}-RUN`, title: 'Trivy evaluated every manifest by the benchmark' };
}

function runCheck(benchmark: ManifestBenchmark, scan: ManifestScan): Check {
  const { objects, report, compliance } = scan;
  const check = runOf(benchmark.prefix);
  const read = new Set(report.results.map(({ target }) => target));
  const unread = objects.filter(({ path }) => !read.has(path)).map(({ path }) => path);
  const expected = new Set(objects.map(({ path }) => path));
  const strange = [...read].filter((target) => !expected.has(target) && !target.startsWith(CANARY_FOLDER));
  const reasons = [
    ...(objects.some(({ about }) => about === 'workload') ? [] : ['there is nothing that runs an image']),
    ...(unread.length > 0 ? [`it did not read ${unread.join(', ')}`] : []),
    ...(strange.length > 0 ? [`it speaks of ${strange.join(', ')}, which it was not given`] : []),
    ...unknownControls(
      compliance.controls.map(({ id }) => id),
      [...benchmark.controls.map(({ control }) => control), ...benchmark.notClaimed],
    ),
    ...benchmark.controls
      .filter(
        (control) => control.isOwnChoice !== true && trivyObjects(control, scan) !== isBroken(control, scan),
      )
      .map(({ control }) => `its report and its controls do not agree about ${control}`),
  ];
  if (reasons.length > 0) return { ...check, verdict: 'not-run', detail: reasons.join('; ') };
  const left = benchmark.notClaimed;
  const rest = left.length === 0 ? '' : `; ${left.join(', ')} need a person or a cluster and are not claimed`;
  const detail = `Trivy ${report.version}: ${benchmark.controls.length} controls evaluated on ${objects.length} objects${rest}`;
  return { ...check, verdict: 'pass', detail };
}

function canaryCheck({ prefix, controls }: ManifestBenchmark, report: TrivyReport): Check {
  const check = {
    id: `${prefix}-CANARY`,
    title: 'Trivy finds a known mistake against each control in other manifests',
  };
  const missed = controls.filter(
    (control) => !statuses(report, CANARY_MANIFESTS[control.about].path, control.check).includes('FAIL'),
  );
  return missed.length === 0
    ? { ...check, verdict: 'pass', detail: `${controls.length} of ${controls.length} were found` }
    : {
        ...check,
        verdict: 'not-run',
        detail: `the mistakes against ${missed.map(({ control }) => control).join(', ')} were not found, so nothing follows from finding nothing`,
      };
}

function outcomeOf(control: ManifestControl, { objects, report }: ManifestScan): ControlOutcome {
  const { check, about } = control;
  const broken = brokenIn(control, objects, report);
  if (broken.length > 0) return { kind: 'broken', words: `${check}: ${broken.join('; ')}` };
  const concerned = objects.filter((object) => object.about === about);
  if (concerned.length === 0)
    return { kind: 'not-evaluated', words: `there is no ${about} among the manifests` };
  const unseen = concerned.filter(({ path }) => !statuses(report, path, check).includes('PASS'));
  if (unseen.length > 0) {
    const words = `the report does not show that ${check} was evaluated on ${unseen.map(({ path }) => path).join(', ')}`;
    return { kind: 'not-evaluated', words };
  }
  return { kind: 'holds', words: `${check} passed on ${concerned.map(({ path }) => path).join(', ')}` };
}

function brokenIn(
  { check, about }: ManifestControl,
  objects: readonly ManifestObject[],
  { results }: TrivyReport,
): string[] {
  return objects
    .filter((object) => isAsked(about, object))
    .flatMap(({ path }) =>
      results
        .filter(({ target }) => target === path)
        .flatMap(({ misconfigurations }) => misconfigurations)
        .filter(({ id, status }) => id === check && status !== 'PASS')
        .map(({ message }) => `${path}: ${message}`),
    );
}

/** Policies of a namespace are asked of themselves alone; everything else of every object. */
function isAsked(about: ManifestControl['about'], object: ManifestObject): boolean {
  return about === 'workload' || about === object.about;
}

function isBroken(control: ManifestControl, { objects, report }: ManifestScan): boolean {
  return brokenIn(control, objects, report).length > 0;
}

/** Whether Trivy's own list of controls speaks against this one, for objects that it is asked of. */
function trivyObjects({ control, about }: ManifestControl, { objects, compliance }: ManifestScan): boolean {
  const asked = new Set(objects.filter((object) => isAsked(about, object)).map(({ path }) => path));
  const results = compliance.controls.find(({ id }) => id === control)?.results ?? [];
  return results.some(
    ({ target, misconfigurations }) =>
      asked.has(target) && misconfigurations.some(({ status }) => status !== 'PASS'),
  );
}

function statuses({ results }: TrivyReport, path: string, check: string): string[] {
  return results
    .filter(({ target }) => target === path)
    .flatMap(({ misconfigurations }) => misconfigurations)
    .filter(({ id }) => id === check)
    .map(({ status }) => status);
}
