import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { Octokit, RequestError } from 'octokit';
import { PackageURL } from 'packageurl-js';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isDependencyFile, isInfrastructure } from '../../../../activities/plan/plan-files.ts';
import { readPurl, Snapshot, snapshotOf } from '../../../../activities/evidence/dependency-graph/snapshot.ts';
import { createDependencyGraphActivities } from '../../../../activities/evidence/dependency-graph/submit-dependencies.ts';
import type { Github } from '../../../../adapters/github/open-github.ts';
import { openDirectoryStore } from '../../../../adapters/store/directory-store.ts';
import { withTemporaryDirectory } from '../../../../adapters/files/write-atomic.ts';
import type { ArtifactStore } from '../../../../adapters/store/artifact-store.ts';
import type { Artifact } from '../../../../domain/artifact.ts';
import { SCHEMA_DOCUMENT_ID, toJsonSchema } from '../../../../lab/forge/api/openapi/json-schema.ts';
import { renderLock } from '../../../../domain/pins/lock.ts';
import { SAMPLE, sampleLock } from '../../../domain/pins/sample-pins.ts';
import { imageOf, samplePlan, sbomOf } from '../sbom/described-image.ts';

const LOCK = {
  lockfileVersion: 3,
  packages: { '': { dependencies: { a: '1' } }, 'node_modules/a': { version: '1.0.0' } },
};
const FILES = {
  'package-lock.json': JSON.stringify(LOCK),
  'tools/apko/go.mod': 'require chainguard.dev/apko v1.2.36\n',
  '.github/workflows/ci.yml': `jobs: { a: { steps: [{ uses: actions/checkout@${'a'.repeat(40)} }] } }`,
  'images/openssl.cnf': 'not a manifest',
};

/** What is told, without what octokit adds to it. */
const Body = z.object(Snapshot.shape);
let told: Snapshot[];
let answers: (object | RequestError)[];

beforeEach(() => {
  told = [];
  answers = [];
});

/** A forge that answers as the test says, through octokit. */
const github: Github = {
  name: 'me/mine at a forge',
  ask: async (_what, call) => {
    const octokit = new Octokit({ retry: { enabled: false }, throttle: { enabled: false } });
    octokit.hook.wrap('request', async (_request, options) => {
      told.push(Body.parse(options));
      const answer = answers.shift() ?? { id: told.length, result: 'ACCEPTED', message: 'taken' };
      if (answer instanceof RequestError) throw answer;
      return { status: 201, url: '', headers: {}, data: answer };
    });
    return await call(octokit, { owner: 'me', repo: 'mine' });
  },
};

function refusal(message: string): RequestError {
  return new RequestError(message, 422, {
    request: { method: 'POST', url: 'https://forge.invalid', headers: {} },
  });
}

async function planIn(store: ArtifactStore, files: Readonly<Record<string, string>>): Promise<Artifact> {
  const put = (text: string): Promise<Artifact> => store.put(Buffer.from(text), 'text/plain');
  const all = { ...files, 'versions.hcl': SAMPLE, 'versions.lock.json': renderLock(sampleLock()) };
  const stored: Record<string, Artifact> = {};
  for (const [path, text] of Object.entries(all)) stored[path] = await put(text);
  return await put(JSON.stringify({ ...samplePlan().plan, files: stored }));
}

async function submit(files: Readonly<Record<string, string>> = FILES): Promise<{
  submitted: Awaited<ReturnType<ReturnType<typeof createDependencyGraphActivities>['submitDependencies']>>;
  evidence: unknown;
}> {
  return await withTemporaryDirectory(async (folder) => {
    const store = openDirectoryStore(folder);
    const sbom = await store.put(
      Buffer.from(JSON.stringify(await sbomOf(await imageOf()))),
      'application/json',
    );
    const activities = createDependencyGraphActivities({
      store,
      github,
      branch: 'main',
      now: () => new Date('2026-06-10T00:00:00Z'),
    });
    const submitted = await activities.submitDependencies({
      plan: await planIn(store, files),
      sboms: [{ variant: 'standard', platform: 'linux/amd64', sbom }],
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await store.openRead(submitted.evidence.digest))
      chunks.push(chunk as Uint8Array);
    return { submitted, evidence: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown };
  });
}

test('tells one snapshot of the commit with a manifest for each image and file, and keeps what was accepted', async () => {
  const { submitted, evidence } = await submit();

  expect(Object.keys(told[0]?.manifests ?? {})).toEqual([
    'standard (linux/amd64)',
    'versions.hcl',
    'package-lock.json',
    'tools/apko/go.mod',
    '.github/workflows/ci.yml',
  ]);
  expect(told[0]).toMatchObject({
    sha: 'c'.repeat(40),
    ref: 'refs/heads/main',
    scanned: '2026-06-10T00:00:00.000Z',
    job: { correlator: 'foundry-release' },
  });
  expect(submitted).toMatchObject({
    submissions: [{ id: 1, result: 'ACCEPTED', manifests: 5, dependencies: 10, degraded: [] }],
    said: '10 dependencies in 5 manifests: accepted',
  });
  expect(evidence).toMatchObject({ submissions: [{ id: 1, snapshot: told[0] }] });
});

test('leaves out the files that the commit does not have', async () => {
  await submit({});
  expect(Object.keys(told[0]?.manifests ?? {})).toEqual(['standard (linux/amd64)', 'versions.hcl']);
});

test("is what GitHub's description asks for, with purls that are read back", async () => {
  await submit();
  const file = fileURLToPath(import.meta.resolve('@octokit/openapi/generated/api.github.com.json'));
  const { components } = JSON.parse(await readFile(file, 'utf8')) as {
    components: { schemas: Record<string, object> };
  };
  const { snapshot, manifest, dependency, metadata } = components.schemas;
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const schemas = toJsonSchema({ schemas: { snapshot, manifest, dependency, metadata } });
  ajv.addSchema({ $id: SCHEMA_DOCUMENT_ID, components: schemas });
  const isSnapshot = ajv.compile({ $ref: `${SCHEMA_DOCUMENT_ID}#/components/schemas/snapshot` });

  expect(isSnapshot(told[0]) ? [] : isSnapshot.errors).toEqual([]);
  expect(isSnapshot({ ...told[0], sha: 'abc' })).toBe(false);
  for (const { resolved } of Object.values(told[0]?.manifests ?? {}))
    for (const [purl, one] of Object.entries(resolved)) {
      expect(PackageURL.fromString(one.package_url).toString()).toBe(purl);
      for (const needed of one.dependencies) expect(Object.keys(resolved)).toContain(needed);
    }
});

test('tells packages of a type that the forge does not know as generic, and says so', async () => {
  answers.push(refusal('invalid package url type: apk'), refusal('invalid package url type: githubactions'));
  const { submitted } = await submit();

  expect(told).toHaveLength(3);
  expect(submitted.submissions[0]?.degraded).toEqual(['apk', 'githubactions']);
  expect(submitted.said).toContain('told as generic: apk, githubactions');
  const bash = Object.values(told[2]?.manifests['standard (linux/amd64)']?.resolved ?? {}).find(
    ({ package_url }) => package_url.includes('bash'),
  );
  expect(bash).toMatchObject({
    package_url: 'pkg:generic/wolfi/bash@5.3-r2?arch=x86_64&distro=20230201&purl_type=apk',
    dependencies: [expect.stringContaining('pkg:generic/wolfi/libstdc')],
  });
  expect(JSON.stringify(told[2])).not.toMatch(/pkg:(apk|githubactions)\//);
  expect(JSON.stringify(told[2])).toContain('pkg:npm/a@1.0.0');
});

describe('fails', () => {
  test.each([
    [
      'when it is not accepted',
      [{ id: 7, result: 'INVALID', message: 'no' }],
      /does not accept the snapshot: INVALID: no/,
    ],
    [
      'when a type is refused that nothing has',
      [refusal('invalid package url type: deb')],
      /refuses the snapshot/,
    ],
    ['when generic is refused', [refusal('invalid package url type: generic')], /refuses the snapshot/],
    [
      'when a type is refused again',
      [refusal('invalid package url type: apk'), refusal('invalid package url type: apk')],
      /refuses the snapshot/,
    ],
    ['when it is refused for another reason', [refusal('Validation Failed')], /Validation Failed/],
    ['when the answer is none', [{ ok: true }], /id/],
  ])('%s', async (_name, given, reason) => {
    answers.push(...given);
    await expect(submit()).rejects.toThrow(reason);
  });

  test('when nothing was found', () => {
    const origin = { commit: 'c'.repeat(40), branch: 'main', correlator: 'x', scanned: new Date(0) };
    const empty = { name: 'a', path: 'a', dependencies: [] };
    expect(() => snapshotOf([], origin)).toThrow(/nothing was found/);
    expect(() => snapshotOf([empty], origin)).toThrow(/nothing was found/);
    expect(() => snapshotOf([empty, empty], origin)).toThrow(/two manifests are called a/);
  });
});

test.each(['', 'glibc', 'pkg:', 'pkg:apk', 'pkg:apk/glibc', 'pkg:/glibc@1', 'pkg:APK/glibc@1'])(
  '%j is no purl of ours',
  (text) => {
    expect(() => readPurl(text)).toThrow(/is no package URL/);
  },
);

test('a plan takes the files that say what the foundry depends on, and audits them not', () => {
  for (const path of ['package-lock.json', 'tools/trivy/go.mod']) {
    expect([isDependencyFile(path), isInfrastructure(path)]).toEqual([true, false]);
  }
  for (const path of [
    'package.json',
    'a/package-lock.json',
    'go.mod',
    'tools/trivy/go.sum',
    'tools/a/b/go.mod',
  ])
    expect(isDependencyFile(path)).toBe(false);
});
