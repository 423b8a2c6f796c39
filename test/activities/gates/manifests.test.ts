import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CANARY_MANIFESTS } from '../../../activities/gates/canary-manifests.ts';
import type { ControlChecks } from '../../../activities/gates/control.ts';
import { NSA_CISA, PSS_RESTRICTED } from '../../../activities/gates/manifest-benchmarks.ts';
import { manifestChecks, type ManifestScan } from '../../../activities/gates/manifest-checks.ts';
import { fitCheck, setuidCheck } from '../../../activities/gates/manifest-fit.ts';
import { isManifestFor, type ManifestObject, readManifests } from '../../../activities/gates/manifests.ts';
import type { TrivyReport } from '../../../adapters/trivy/report.ts';
import { VARIANTS, type Variant } from '../../../domain/pins/variant.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import { manifestCompliance, manifestReport, misconfiguration, result } from './sample-reports.ts';

const IMAGE = `registry.example.com/openssl-fips@sha256:${'1'.repeat(64)}`;
const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const filesOf = (variant: Variant): Map<string, string> =>
  new Map(
    ['namespace.yaml', `${variant}/workload.yaml`].map((name) => {
      const path = `deploy/kubernetes/${name}`;
      return [path, read(path)];
    }),
  );
const OBJECTS = readManifests(filesOf('standard'), IMAGE);
const GOOD: ManifestScan = {
  objects: OBJECTS,
  report: manifestReport(NSA_CISA, OBJECTS),
  compliance: manifestCompliance(NSA_CISA),
};
const judge = (scan: Partial<ManifestScan>): ControlChecks =>
  manifestChecks(NSA_CISA, { ...GOOD, ...scan }, []);
const pathOf = (kind: string): string => OBJECTS.find((object) => object.kind === kind)?.path ?? '';

/** The report with the statuses of one check on one file set anew; none takes the check out. */
const withStatus = (path: string, check: string, status?: 'PASS' | 'FAIL'): TrivyReport => ({
  ...GOOD.report,
  results: GOOD.report.results.map((one) =>
    one.target === path
      ? {
          ...one,
          misconfigurations: [
            ...one.misconfigurations.filter(({ id }) => id !== check),
            ...(status === undefined ? [] : [misconfiguration(check, status)]),
          ],
        }
      : one,
  ),
});

describe('the manifests of this checkout', () => {
  test.each(VARIANTS)('of %s are its folder and what all share, with the image by its digest', (variant) => {
    const objects = readManifests(filesOf(variant), IMAGE);
    expect(objects.filter(({ about }) => about === 'workload')).toMatchObject([
      { namespace: 'openssl-fips', containers: [{ image: IMAGE, user: 65532 }] },
    ]);
    expect(new Set(objects.map(({ path }) => path)).size).toBe(objects.length);
    expect(objects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Namespace', 'LimitRange', 'ResourceQuota', 'NetworkPolicy']),
    );
  });

  test('are scanned as the commit has them, whichever image they are for', () => {
    const texts = (image: string): string[] =>
      readManifests(filesOf('standard'), image).map(({ text }) => text);
    expect(texts(IMAGE)).toEqual(texts('another'));
    expect(texts(IMAGE).join('')).toContain(`registry.invalid/openssl-fips@sha256:${'0'.repeat(64)}`);
  });

  test('which files they are', () => {
    expect(isManifestFor('standard', 'deploy/kubernetes/namespace.yaml')).toBe(true);
    expect(isManifestFor('standard', 'deploy/kubernetes/standard/workload.yaml')).toBe(true);
    expect(isManifestFor('standard', 'deploy/kubernetes/distroless/workload.yaml')).toBe(false);
    expect(isManifestFor('standard', 'images/standard/workload.yaml')).toBe(false);
  });
});

test.each([
  ['no YAML', 'a: [', 'is not a manifest'],
  ['a list, whose items nothing would look at', 'kind: List\nmetadata: {name: x}\nitems: []\n', 'kind List'],
  ['no object', 'a: 1\n', 'is not a manifest'],
  ['a workload without containers', 'kind: Deployment\nmetadata: {name: x}\nspec: {}\n', 'is not a manifest'],
])('%s is refused', (_name, text, message) => {
  expect(() => readManifests(new Map([['deploy/kubernetes/x.yaml', text]]), IMAGE)).toThrow(message);
});

describe('a benchmark', () => {
  test('passes with a check for every control that is claimed', () => {
    const { checks } = judge({});
    expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(checks.map(({ id }) => id)).toEqual([
      'NSA-RUN',
      'NSA-CANARY',
      ...NSA_CISA.controls.map(({ control }) => `NSA-${control}`),
    ]);
  });

  test('fails when a check fails on our object', () => {
    const path = pathOf('Deployment');
    const against = result({ target: path, misconfigurations: [misconfiguration('KSV-0014', 'FAIL')] });
    const { checks } = judge({
      report: withStatus(path, 'KSV-0014', 'FAIL'),
      compliance: manifestCompliance(NSA_CISA, { '1.1': against }),
    });
    expect(checks.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
      { id: 'NSA-1.1', verdict: 'fail', detail: expect.stringContaining(`${path}: KSV-0014 is broken`) },
    ]);
  });

  test('a policy of the namespace is asked of itself alone', () => {
    const { checks } = judge({ report: withStatus(pathOf('Deployment'), 'KSV-0040', 'FAIL') });
    expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  test('without a policy of the namespace its control was not evaluated', () => {
    const objects = OBJECTS.filter(({ kind }) => kind !== 'LimitRange');
    const { checks } = judge({ objects, report: manifestReport(NSA_CISA, objects) });
    expect(checks.find(({ id }) => id === 'NSA-4.1')).toMatchObject({
      verdict: 'not-run',
      detail: 'there is no LimitRange among the manifests',
    });
  });
});

describe('nothing follows from', () => {
  test('an empty report', () => {
    const { checks } = judge({ report: { ...GOOD.report, results: [] } });
    expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(['not-run']));
  });

  test('a report in which a check did not run on our object', () => {
    const { checks } = judge({ report: withStatus(pathOf('Deployment'), 'KSV-0012') });
    expect(checks.find(({ id }) => id === 'NSA-1.0')).toMatchObject({ verdict: 'not-run' });
  });

  test.each(NSA_CISA.controls)(
    'a canary that breaks $control and was not caught',
    ({ control, check, about }) => {
      const { checks } = judge({ report: withStatus(CANARY_MANIFESTS[about].path, check, 'PASS') });
      expect(checks.find(({ id }) => id === 'NSA-CANARY')).toMatchObject({
        verdict: 'not-run',
        detail: expect.stringContaining(control),
      });
    },
  );

  test('a file that was not read', () => {
    const path = pathOf('NetworkPolicy');
    const results = GOOD.report.results.filter(({ target }) => target !== path);
    expect(judge({ report: { ...GOOD.report, results } }).checks[0]).toMatchObject({
      verdict: 'not-run',
      detail: expect.stringContaining(`it did not read ${path}`),
    });
  });

  test('a benchmark with a control that we do not know', () => {
    const compliance = {
      ...GOOD.compliance,
      controls: [...GOOD.compliance.controls, { id: '9.9', name: '', results: [] }],
    };
    expect(judge({ compliance }).checks[0]).toMatchObject({
      verdict: 'not-run',
      detail: 'its report has the controls 9.9, which we do not know',
    });
  });

  test('two readings that do not agree', () => {
    const against = result({
      target: pathOf('Deployment'),
      misconfigurations: [misconfiguration('KSV-0017', 'FAIL')],
    });
    expect(judge({ compliance: manifestCompliance(NSA_CISA, { '1.2': against }) }).checks[0]).toMatchObject({
      verdict: 'not-run',
      detail: 'its report and its controls do not agree about 1.2',
    });
  });
});

describe('manifests and image belong together', () => {
  const fit = (
    objects: readonly ManifestObject[],
    user: string | undefined = '65532',
    image = IMAGE,
  ): unknown => fitCheck(PSS_RESTRICTED, objects, { image, user });

  test('when each container runs it as its user', () => {
    expect(fit(OBJECTS)).toMatchObject({ id: 'PSS-IMAGE', verdict: 'pass' });
  });

  test.each([
    ['the image has no user', undefined, IMAGE, 'the user of the image is not set'],
    ['the image runs as root', '0', IMAGE, 'the user of the image is 0'],
    ['the image names its user', 'nobody', IMAGE, 'the user of the image is nobody'],
    ['the image has another user', '1000', IMAGE, 'runs as 65532, not 1000'],
    ['another image is run', '65532', IMAGE.replace('1', '2'), 'not registry.example.com'],
  ])('and not when %s', (_name, user, image, detail) => {
    expect(fitCheck(PSS_RESTRICTED, OBJECTS, { image, user })).toMatchObject({
      verdict: 'fail',
      detail: expect.stringContaining(detail),
    });
  });

  test('and not when no container is there, or limits are of another namespace', () => {
    expect(fit(OBJECTS.filter(({ about }) => about !== 'workload'))).toMatchObject({ verdict: 'fail' });
    const moved = OBJECTS.map((object) =>
      object.kind === 'LimitRange' ? { ...object, namespace: 'x' } : object,
    );
    expect(fit(moved)).toMatchObject({ detail: expect.stringContaining('several namespaces') });
  });
});

test('a setuid file is found, and an image without files shows nothing', async () => {
  const image = async (mode: number): Promise<unknown> =>
    setuidCheck(PSS_RESTRICTED, sampleImage([await sampleLayer({ 'usr/bin/su': { content: 'x', mode } })]));
  expect(await image(0o755)).toMatchObject({ verdict: 'pass', detail: 'none of 1 files' });
  expect(await image(0o4755)).toMatchObject({ verdict: 'fail', detail: 'usr/bin/su' });
  expect(await image(0o2755)).toMatchObject({ verdict: 'fail' });
  expect(await setuidCheck(PSS_RESTRICTED, sampleImage([]))).toMatchObject({ verdict: 'not-run' });
});
