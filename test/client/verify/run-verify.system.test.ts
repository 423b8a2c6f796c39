import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pushArtifact } from '../../../adapters/registry/push-artifact.ts';
import { BUNDLE_MEDIA_TYPE } from '../../../adapters/sigstore/attach.ts';
import type { ReadableImage } from '../../../adapters/sigstore/read-attached.ts';
import type { BundleJson } from '../../../adapters/sigstore/sign.ts';
import { ANONYMOUS } from '../../../adapters/registry/credentials.ts';
import { renderVerification } from '../../../client/verify/render-verification.ts';
import { runVerify, type Verification } from '../../../client/verify/run-verify.ts';
import type { VerifySettings } from '../../../client/verify/verify-settings.ts';
import type { OciDigest } from '../../../domain/digest.ts';
import { PREDICATE_TYPES } from '../../../domain/evidence/predicate-types.ts';
import type { ReleaseStatus } from '../../../domain/release/status.ts';
import { DESCRIBED, REQUIREMENTS } from '../../../activities/verify/requirement.ts';
import { digestOf, statementAbout } from '../../activities/verify/released-image.ts';
import { SampleRelease } from '../../activities/verify/sample-release.ts';
import { writeLayoutOf } from '../../release/layout-of.ts';

let sample: SampleRelease;
let image: ReadableImage;
let settings: VerifySettings;
let folder: string;
let version: string;
let commit: string;

beforeAll(async () => {
  sample = await SampleRelease.make();
  image = await sample.released(sample.without());
  const { trust, provenance, name = '' } = sample.expected;
  version = provenance.version ?? '';
  commit = provenance.commit ?? '';
  settings = {
    trust,
    name,
    builders: provenance.builders,
    published: { registry: image.registry.host, repository: image.repository },
    login: ANONYMOUS,
  };
  folder = await mkdtemp(join(tmpdir(), 'foundry-verify-'));
  await setTag(version, image.digest);
});
afterAll(async () => {
  await sample.stack.dispose();
  await rm(folder, { recursive: true });
});

async function setTag(tag: string, digest: OciDigest): Promise<void> {
  const { registry } = sample.stack;
  const { mediaType, bytes } = await registry.getManifest(image.repository, digest);
  await registry.putManifest(image.repository, tag, mediaType, bytes);
}

async function verify(what: string, changed: Partial<VerifySettings> = {}): Promise<Verification> {
  const { signal } = new AbortController();
  return await runVerify({ what, settings: { ...settings, ...changed }, signal });
}

describe('an image', () => {
  test('is found by its variant, by its tag and by its digest', async () => {
    const { registry, repository, digest } = image;
    const names = ['standard', `${repository}:${version}`, `${registry.host}/${repository}@${digest}`];
    for (const name of names) {
      const { verdict, parts } = await verify(name);
      expect([name, verdict]).toEqual([name, 'verified']);
      expect(parts.map((part) => part.name)).toEqual([`${registry.host}/${repository}@${digest}`]);
    }
  });

  test('is refused under a tag that promises another variant', async () => {
    await setTag(`${version}-distroless`, image.digest);
    const { refusal } = await verify(`${image.repository}:${version}-distroless`);
    expect(refusal?.code).toBe('FND_PROVENANCE_REFUSED');
    expect((await verify('distroless')).refusal?.code).toBe('FND_PROVENANCE_REFUSED');
  });

  test('is verified from a layout on a disk, and refused when a byte of it changed', async () => {
    const layout = join(folder, 'layout');
    const { repository, digest } = image;
    await writeLayoutOf({ registry: sample.stack.registry, repository, digest }, layout);
    expect((await verify(layout, { published: undefined })).verdict).toBe('verified');
    expect((await verify(`${layout}@${digest}`)).verdict).toBe('verified');
    const [layer] = sample.image.manifest.content.layers;
    const blob = join(layout, 'blobs', 'sha256', layer?.digest.slice('sha256:'.length) ?? '');
    await writeFile(blob, 'x', { flag: 'a' });
    expect((await verify(layout)).refusal?.code).toBe('FND_DIGEST_MISMATCH');
  });

  test('is told as a list that ends with the verdict', async () => {
    const lines = renderVerification(await verify('standard'), false).split('\n');
    expect(lines).toContain('  ✓ It passed every self-test (self-tests)');
    expect(lines.at(-1)).toMatch(/^✓ verified: \d+ checks passed$/);
    const theirs = { ...settings.trust, identity: { ...settings.trust.identity, san: 'somebody' } };
    const refused = renderVerification(await verify('standard', { trust: theirs }), false).split('\n');
    expect(refused).toContain('  ! It passed every self-test (self-tests)');
    expect(refused.at(-1)).toMatch(/^✗ refused: \d+ checks passed, \d+ failed, \d+ not run$/);
  });
});

describe('the record of a release', () => {
  function statusOf(changed: Partial<ReleaseStatus> = {}): ReleaseStatus {
    return {
      schemaVersion: 1,
      version,
      commit,
      state: 'completed',
      stages: [],
      images: [
        {
          variant: 'standard',
          platform: 'linux/amd64',
          registry: image.registry.host,
          repository: image.repository,
          digest: image.digest,
          tag: version,
          attestations: REQUIREMENTS.map((one) => ({
            predicateType: DESCRIBED[one].predicateType,
            suite: null,
            bundle: digestOf(sample.genuine[one]),
          })),
        },
      ],
      approval: null,
      waiting: null,
      aborted: null,
      ...changed,
    };
  }

  async function signRecord(status: ReleaseStatus): Promise<BundleJson> {
    const statement = statementAbout(sample.image, PREDICATE_TYPES.releaseRecord, status);
    return await sample.stack.sign({ ...statement, subject: statement.subject.slice(0, 1) });
  }

  async function publishRecord(bundle: BundleJson): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(bundle));
    const layers = [{ mediaType: BUNDLE_MEDIA_TYPE, bytes }];
    const { registry } = sample.stack;
    const artifact = { artifactType: BUNDLE_MEDIA_TYPE, layers, annotations: {} };
    const digest = await pushArtifact(registry, image.repository, artifact);
    for (const tag of [`record-${version}-${commit.slice(0, 12)}`, `record-${version}`])
      await setTag(tag, digest);
  }

  test('is found by version, commit, id, as the newest and as a file, and verified with its images', async () => {
    const bundle = await signRecord(statusOf());
    await publishRecord(bundle);
    const file = join(folder, 'record.json');
    await writeFile(file, JSON.stringify(bundle));
    for (const word of ['latest', version, commit, `release-${version}-${commit}`, file]) {
      const { verdict, parts } = await verify(word);
      expect([word, verdict]).toEqual([word, 'verified']);
      expect(parts.map(({ checks }) => checks.at(-1)?.id)).toEqual(['record', 'tag']);
    }
  });

  test.each<[string, Partial<ReleaseStatus>, string]>([
    ['of a release that did not complete', { state: 'aborted' }, 'FND_PROVENANCE_REFUSED'],
    ['of another commit', { commit: 'd'.repeat(40) }, 'FND_PROVENANCE_REFUSED'],
    ['that names other images than it is about', { images: [] }, 'FND_PROVENANCE_REFUSED'],
  ])('%s is refused', async (_name, changed, code) => {
    await publishRecord(await signRecord(statusOf(changed)));
    expect((await verify(`release-${version}-${commit}`)).refusal?.code).toBe(code);
  });

  test('that names an attestation that is not there is refused as incomplete', async () => {
    const [one, ...more] = statusOf().images;
    const lost = { predicateType: 'https://example.com/x', suite: null, bundle: digestOf({}) };
    if (one === undefined) throw new Error('the sample has an image');
    await publishRecord(await signRecord(statusOf({ images: [{ ...one, attestations: [lost] }, ...more] })));
    expect((await verify('latest')).refusal?.code).toBe('FND_EVIDENCE_MISSING');
  });

  test('whose tag leads to what is no release of ours is refused', async () => {
    const bundle = await signRecord(statusOf());
    const file = join(folder, 'moved.json');
    await writeFile(file, JSON.stringify(bundle));
    const { registry } = sample.stack;
    await registry.deleteTag(image.repository, version);
    expect((await verify(file)).refusal?.code).toBe('FND_TAG_MOVED');
    await setTag(version, image.digest);
    expect((await verify(file)).verdict).toBe('verified');
  });
});
