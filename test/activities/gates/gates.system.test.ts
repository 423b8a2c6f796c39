import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Advisory,
  LAB_OTHER_LINE_CVE,
  LAB_UNFIXED_CVE,
  otherLineLabAdvisory,
} from '../../../lab/advisories/advisory.ts';
import { knownAdvisories } from '../../../lab/advisories/known-advisories.ts';
import { NSA_CISA, PSS_RESTRICTED } from '../../../activities/gates/manifest-benchmarks.ts';
import { sha256, type Sha256 } from '../../../domain/digest.ts';
import { EXPIRED, GateWorld, HARMFUL, type Judged, NOW, packagesWith, STATED } from './gate-world.ts';

const told = (cve: string, fixedIn: string, severity: Advisory['severity'] = 'Low'): Advisory => ({
  cve,
  title: `Fixed ${cve}.`,
  severity,
  summary: 'Made up.',
  fixedIn,
  published: '2026-06-09',
});
const ALL = [
  told('CVE-2026-1000', '3.5.6', 'High'),
  otherLineLabAdvisory('3.5.6', '2026-04-07'),
  told(EXPIRED, '3.5.7', 'High'),
  told(STATED, '3.5.7'),
  told(HARMFUL, '3.5.7'),
];
const DAY_0 = knownAdvisories(ALL, { newestCore: '3.5.6' });
const DAY_3 = knownAdvisories(ALL, { newestCore: '3.5.7' });
const DAY_4 = knownAdvisories(ALL, { newestCore: '3.5.7', unfixed: true });

let world: GateWorld;

beforeAll(async () => {
  world = await GateWorld.start();
});
afterAll(async () => await world.stop());
beforeEach(async () => await world.publish(DAY_0));

const failed = ({ details }: Judged): string[] =>
  details.checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
const notRun = ({ details }: Judged): string[] =>
  details.checks.filter(({ verdict }) => verdict === 'not-run').map(({ id }) => id);
const check = ({ details }: Judged, id: string): unknown => details.checks.find((one) => one.id === id);

describe('vulnerabilities', () => {
  test('an image with what OpenSSL fixed passes, though the scanner goes by another line; and tells what it was judged with', async () => {
    const judged = await world.run('vulnerabilities');
    expect(judged.outcome).toMatchObject({ verdict: 'pass', evidence: judged.result });
    expect(judged.details).toMatchObject({
      gate: 'vulnerabilities',
      scanner: { name: 'trivy', version: '0.74.0' },
      databases: [
        { uri: expect.stringMatching(/trivy-db:2$/), updatedAt: '2026-06-10T00:00:00.000Z' },
        { uri: 'http://127.0.0.1/openssl/vulnerabilities.json', updatedAt: '2026-06-09T00:00:00.000Z' },
      ],
      findings: [
        {
          id: LAB_OTHER_LINE_CVE,
          package: 'openssl',
          state: 'not-affected',
          severity: 'critical',
          reason: 'OpenSSL fixed it in 3.5.6, which 3.5.6 has',
        },
      ],
    });
    expect(judged.details.checks.map(({ id }) => id)).toEqual([
      'VULN-DATABASE-AGE',
      'VULN-RUN',
      'VULN-ADVISORIES',
      'VULN-CANARY',
      'VULN-PROVIDER',
    ]);
  });

  test('when the newest core is out, the one before it fails, by an expired statement and one that says so too, and the newest passes', async () => {
    await world.publish(DAY_3);
    const yesterday = await world.run('vulnerabilities', { core: '3.5.6' });
    expect(failed(yesterday)).toEqual([EXPIRED, HARMFUL]);
    expect(check(yesterday, EXPIRED)).toMatchObject({
      detail: expect.stringContaining(
        'The statement on it has expired: fixed by a@example.com until 2026-01-31',
      ),
    });
    expect(check(yesterday, HARMFUL)).toMatchObject({
      detail: expect.stringContaining('It is stated affected'),
    });
    expect(yesterday.details.waived).toEqual([STATED]);
    expect(yesterday.details.findings.find(({ id }) => id === STATED)).toMatchObject({ state: 'stated' });
    expect((await world.run('vulnerabilities', { core: '3.5.7' })).outcome.verdict).toBe('pass');
  });

  test('what nobody has fixed fails every core, though no database of a scanner can know it', async () => {
    await world.publish(DAY_4);
    for (const core of ['3.5.6', '3.5.7'])
      expect(failed(await world.run('vulnerabilities', { core }))).toContain(LAB_UNFIXED_CVE);
  });

  test('what nobody has fixed passes by what a person states about it, until the day is over', async () => {
    await world.publish(DAY_4);
    const wish = { core: '3.5.7', stated: LAB_UNFIXED_CVE };
    const judged = await world.run('vulnerabilities', wish);
    expect([judged.outcome.verdict, judged.details.waived]).toEqual(['pass', [LAB_UNFIXED_CVE]]);
    expect(check(judged, LAB_UNFIXED_CVE)).toMatchObject({
      detail: expect.stringContaining('Stated fixed by b@example.com until 2026-06-10: our patch is in it'),
    });
    await world.publish(DAY_4, new Date('2026-06-11T00:00:00Z'));
    const nextDay = await world.run('vulnerabilities', { ...wish, now: new Date('2026-06-11T00:00:00Z') });
    expect(failed(nextDay)).toEqual([LAB_UNFIXED_CVE]);
  });

  test('what the scanner names and OpenSSL does not know stays', async () => {
    await world.publish(DAY_0, undefined, [...DAY_0, told('CVE-2026-3000', '3.5.7')]);
    expect(failed(await world.run('vulnerabilities'))).toEqual(['CVE-2026-3000']);
  });

  test('a statement for another variant does not count', async () => {
    await world.publish(DAY_3);
    const judged = await world.run('vulnerabilities', { order: { variant: 'distroless' } });
    expect(failed(judged)).toEqual([EXPIRED, STATED, HARMFUL]);
    expect(check(judged, STATED)).toMatchObject({
      detail: expect.stringContaining('No statement (vex) says'),
    });
  });

  test('the next day an expired statement counts no more, though all else is equal', async () => {
    await world.publish(DAY_3);
    const now = new Date('2027-01-01T00:00:00Z');
    await world.publish(DAY_3, new Date('2026-12-31T12:00:00Z'));
    const judged = await world.run('vulnerabilities', { now });
    expect(failed(judged)).toEqual([EXPIRED, STATED, HARMFUL]);
  });

  describe('has not run, whatever else it says,', () => {
    test('with a stale database: a result of equal inputs is judged again by its age', async () => {
      await world.publish(DAY_3);
      expect(failed(await world.run('vulnerabilities'))).toEqual([EXPIRED, HARMFUL]);
      const later = await world.run('vulnerabilities', {
        now: new Date(NOW.getTime() + 13 * 3_600_000),
        dependencies: { openRegistry: world.onlyDatabases() },
      });
      expect(later.outcome.verdict).toBe('not-run');
      expect(notRun(later)).toEqual(['VULN-DATABASE-AGE', EXPIRED, HARMFUL]);
      expect(check(later, 'VULN-DATABASE-AGE')).toMatchObject({
        detail: expect.stringContaining('25 hours ago'),
      });
    });

    test('with a database from the future', async () => {
      await world.publish(DAY_0, new Date(NOW.getTime() + 1000));
      const judged = await world.run('vulnerabilities');
      expect(judged.outcome.verdict).toBe('not-run');
      expect(notRun(judged)).toEqual(['VULN-DATABASE-AGE']);
    });

    test('when the database knows nothing: then it does not find the canary', async () => {
      await world.publish(DAY_0, undefined, [told('CVE-2026-1000', '3.4.9')]);
      const judged = await world.run('vulnerabilities');
      expect(judged.outcome.verdict).toBe('not-run');
      expect(check(judged, 'VULN-CANARY')).toMatchObject({
        verdict: 'not-run',
        detail: expect.stringContaining('the scanner knows nothing of OpenSSL 3.5.0'),
      });
    });

    test.each([
      ['are empty', '[]', 'holds no advisory'],
      ['cannot be read', '<html>', 'is not JSON'],
    ])('when OpenSSL’s advisories %s', async (_name, advisories, detail) => {
      world.advisories = advisories;
      const judged = await world.run('vulnerabilities');
      expect(judged.outcome.verdict).toBe('not-run');
      expect(check(judged, 'VULN-ADVISORIES')).toMatchObject({
        verdict: 'not-run',
        detail: expect.stringContaining(detail),
      });
    });

    test('when the advisories are of another line', async () => {
      world.advisories = world.advisories.replaceAll('3.5.', '3.0.');
      expect(notRun(await world.run('vulnerabilities'))).toContain('VULN-ADVISORIES');
    });

    test('when the scanner sees fewer packages than the SBOM names', async () => {
      const components = [...packagesWith('3.5.6'), { name: 'curl', version: '8.0.0-r0' }].map(
        ({ name, version }) => ({ name, purl: `pkg:apk/wolfi/${name}@${version}?arch=x86_64` }),
      );
      const judged = await world.run('vulnerabilities', { sbom: { bomFormat: 'CycloneDX', components } });
      expect(check(judged, 'VULN-RUN')).toMatchObject({
        verdict: 'not-run',
        detail: 'it did not see curl 8.0.0-r0',
      });
    });

    test('when the image holds another core than the release', async () => {
      const judged = await world.run('vulnerabilities', { packages: packagesWith('3.6.5') });
      expect(check(judged, 'VULN-RUN')).toMatchObject({
        verdict: 'not-run',
        detail: expect.stringContaining('openssl is 3.6.5-r0, and the release is of 3.5.6'),
      });
    });

    test('when the report is empty', async () => {
      const report = {
        SchemaVersion: 2,
        Trivy: { Version: '0.74.0' },
        ArtifactType: 'container_image',
        Results: [],
      };
      const dependencies = await world.scannerThatSays(JSON.stringify(report));
      const judged = await world.run('vulnerabilities', { dependencies });
      expect(judged.outcome.verdict).toBe('not-run');
      expect(notRun(judged)).toEqual(['VULN-RUN', 'VULN-CANARY', 'VULN-PROVIDER']);
    });
  });

  test('a scanner that gives no report is an error that names it and quotes what it said', async () => {
    const dependencies = await world.scannerThatSays('<html>\nsorry\n');
    await expect(world.run('vulnerabilities', { dependencies })).rejects.toMatchObject({
      code: 'FND_TOOL_OUTPUT',
      message: expect.stringMatching(
        /Trivy .* \(binary [0-9a-f]{16}\): its report .* it begins:\n<html>\nsorry/,
      ),
    });
  });

  test('another image than was built is refused', async () => {
    const order = {
      place: { registry: world.registry.host, repository: 'x', digest: `sha256:${'1'.repeat(64)}` },
    };
    await expect(world.run('vulnerabilities', { order })).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
  });
});

describe('cis-docker', () => {
  test('passes an image with a user and a health check, and a critical finding that OpenSSL refutes', async () => {
    const judged = await world.run('cis-docker');
    expect(judged.details.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(judged.details.checks).toHaveLength(9);
    expect(check(judged, 'CIS-4.4')).toMatchObject({
      detail: expect.stringContaining(`none is left: ${LAB_OTHER_LINE_CVE}: OpenSSL fixed it in 3.5.6`),
    });
  });

  test('fails an image of root’s without a health check', async () => {
    const judged = await world.run('cis-docker', { user: '0', hasHealthcheck: false });
    expect(failed(judged)).toEqual(['CIS-4.1', 'CIS-4.6']);
  });
});

describe.each([NSA_CISA, PSS_RESTRICTED])('$gate', ({ gate, prefix, controls }) => {
  const path = 'deploy/kubernetes/standard/workload.yaml';

  test('passes the manifests of this checkout, each control shown to have been evaluated and each canary caught', async () => {
    const judged = await world.run(gate);
    expect(judged.details.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(judged.details.checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining([`${prefix}-CANARY`, ...controls.map(({ control }) => `${prefix}-${control}`)]),
    );
  });

  test('fails a privileged container that runs another image', async () => {
    const files = await world.manifest(path);
    const text = files
      .replace('privileged: false', 'privileged: true')
      .replace(/@sha256:0+/, `@sha256:${'1'.repeat(64)}`);
    const judged = await world.run(gate, { manifests: { [path]: text } });
    expect(failed(judged)).toEqual([gate === 'nsa-cisa' ? 'NSA-1.2' : 'PSS-3', `${prefix}-IMAGE`]);
  });

  test('looks again after a scanner that evaluated nothing, though all else is equal', async () => {
    const toolDigest = async (): Promise<Sha256> => sha256(gate);
    const nothing = {
      SchemaVersion: 2,
      Trivy: { Version: '0.74.0' },
      ArtifactType: 'filesystem',
      Results: [],
    };
    const { tools } = await world.scannerThatSays(JSON.stringify({ ...nothing, ID: 'a benchmark' }));
    if (tools === undefined) throw new Error('a scanner is a tool');
    const before = await world.run(gate, { dependencies: { tools, toolDigest } });
    expect(notRun(before)).toEqual(expect.arrayContaining([`${prefix}-RUN`, `${prefix}-CANARY`]));
    const after = await world.run(gate, { dependencies: { toolDigest } });
    expect(after.outcome.verdict).toBe('pass');
  });

  test('has not run without manifests', async () => {
    const judged = await world.run(gate, {
      manifests: { [path]: undefined, 'deploy/kubernetes/namespace.yaml': undefined },
    });
    expect(judged.outcome).toMatchObject({ verdict: 'not-run', failed: [{ id: `${prefix}-RUN` }] });
  });
});
