import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Snapshot } from '../../../../activities/evidence/dependency-graph/snapshot.ts';
import {
  createDependencyGraphActivities,
  type SubmittedDependencies,
} from '../../../../activities/evidence/dependency-graph/submit-dependencies.ts';
import { openGithub } from '../../../../adapters/github/open-github.ts';
import { openDirectoryStore } from '../../../../adapters/store/directory-store.ts';
import type { ArtifactStore } from '../../../../adapters/store/artifact-store.ts';
import type { Artifact } from '../../../../domain/artifact.ts';
import { renderLock } from '../../../../domain/pins/lock.ts';
import { checkoutFiles } from '../../../../lab/forge/checkout-files.ts';
import { SAMPLE, sampleLock } from '../../../domain/pins/sample-pins.ts';
import { REPOSITORY, type RunningForge, startForge } from '../../../lab/forge/start-forge.ts';
import { imageOf, samplePlan, sbomOf } from '../sbom/described-image.ts';

const Remembered = z.object({
  submitted: z.int(),
  current: z.array(
    z.object({ correlator: z.string(), snapshot: z.looseObject({ manifests: Snapshot.shape.manifests }) }),
  ),
});

let forge: RunningForge;
let store: ArtifactStore;
let order: Parameters<ReturnType<typeof createDependencyGraphActivities>['submitDependencies']>[0];

beforeAll(async () => {
  forge = await startForge();
  store = openDirectoryStore(join(forge.world.stateDir, 'store'));
});
afterAll(async () => await forge.stop());

beforeEach(async () => {
  const sbom = await put(JSON.stringify(await sbomOf(await imageOf())));
  order = { plan: await planOfCheckout(), sboms: [{ variant: 'standard', platform: 'linux/amd64', sbom }] };
});
afterEach(async () => await rm(join(forge.paths.api, 'settings.json'), { force: true }));

function put(content: string | Uint8Array): Promise<Artifact> {
  return store.put(Buffer.from(content), 'application/octet-stream');
}

/** A plan of the forge's newest commit, with this checkout's own files as the lab's first commit has them. */
async function planOfCheckout(): Promise<Artifact> {
  const files: Record<string, Artifact> = {
    'versions.hcl': await put(SAMPLE),
    'versions.lock.json': await put(renderLock(sampleLock())),
  };
  for (const { path, content } of await checkoutFiles()) files[path] = await put(content);
  return await put(JSON.stringify({ ...samplePlan().plan, commit: await forge.head(), files }));
}

async function submit(token = forge.writer): Promise<SubmittedDependencies> {
  const project = `${REPOSITORY.owner}/${REPOSITORY.repo}`;
  const github = openGithub({ api: `${forge.origin}/api/v3`, project, token });
  const activities = createDependencyGraphActivities({
    store,
    github,
    branch: 'main',
    now: () => new Date(),
  });
  return await activities.submitDependencies(order);
}

async function weather(settings: object): Promise<void> {
  await writeFile(join(forge.paths.api, 'settings.json'), JSON.stringify(settings));
}

async function remembered(): Promise<z.infer<typeof Remembered>> {
  return Remembered.parse(JSON.parse(await readFile(join(forge.paths.api, 'snapshots.json'), 'utf8')));
}

test('a forge takes all that the images and the foundry itself depend on; told again, it replaces what it had', async () => {
  const { submissions, said } = await submit();
  const { current } = await remembered();
  const manifests = current[0]?.snapshot.manifests ?? {};

  expect(submissions).toMatchObject([{ result: 'ACCEPTED', degraded: [] }]);
  expect(said).toMatch(/^\d+ dependencies in \d+ manifests: accepted$/);
  expect(Object.keys(manifests)).toEqual(
    expect.arrayContaining([
      'standard (linux/amd64)',
      'package-lock.json',
      'tools/trivy/go.mod',
      '.github/workflows/ci.yml',
    ]),
  );
  expect(Object.keys(manifests['package-lock.json']?.resolved ?? {}).length).toBeGreaterThan(100);
  expect(Object.values(manifests['package-lock.json']?.resolved ?? {})).toContainEqual(
    expect.objectContaining({
      package_url: expect.stringMatching(/^pkg:npm\/%40temporalio\/worker@/),
      relationship: 'direct',
    }),
  );
  expect(Object.keys(manifests['.github/workflows/ci.yml']?.resolved ?? {})).toEqual([
    expect.stringMatching(/^pkg:githubactions\/actions\/checkout@[0-9a-f]{40}$/),
  ]);

  await submit();
  expect(await remembered()).toMatchObject({ current: [{ correlator: 'foundry-release' }] });
});

describe('in bad weather', () => {
  test('it waits as long as the forge says', async () => {
    await weather({ secondary: [{ status: 429, retryAfterSeconds: 1 }] });
    expect(await submit()).toMatchObject({ submissions: [{ result: 'ACCEPTED' }] });
  });

  test('it does not wait for hours, but is tried again later', async () => {
    await weather({ secondary: [{ status: 403, retryAfterSeconds: 3600 }] });
    await expect(submit()).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
    await weather({ limit: 0 });
    await expect(submit()).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
  });

  test('it tells as generic what the forge does not know, and says so', async () => {
    await weather({ refusedPurlTypes: ['apk'] });
    expect(await submit()).toMatchObject({ submissions: [{ result: 'ACCEPTED', degraded: ['apk'] }] });
    const { current } = await remembered();
    const [image] = Object.values(current[0]?.snapshot.manifests ?? {});
    expect(Object.keys(image?.resolved ?? {}).every((purl) => purl.startsWith('pkg:generic/wolfi/'))).toBe(
      true,
    );
  });

  test('it says that a token may not write', async () => {
    await expect(submit(forge.reader)).rejects.toMatchObject({ code: 'FND_PERMISSION' });
  });

  test('it fails when the forge takes no type at all', async () => {
    await weather({ refusedPurlTypes: ['apk', 'generic'] });
    await expect(submit()).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringContaining('generic'),
    });
  });
});

test("broke GitHub's description nowhere", () => {
  expect(forge.failures).toEqual([]);
});
