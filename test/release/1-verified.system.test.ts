import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESCRIBED, REQUIREMENTS } from '../../activities/verify/requirement.ts';
import { openToolchain } from '../../adapters/toolchain/toolchain.ts';
import { hexOf } from '../../domain/digest.ts';
import { PREDICATE_TYPES } from '../../domain/evidence/predicate-types.ts';
import { Provenance } from '../../domain/evidence/provenance.ts';
import { LOCK_FILE } from '../../domain/pins/pin-files.ts';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { type ForeignTrust, type ForeignVerifiers, openForeignVerifiers } from './foreign-verifiers.ts';
import { CACHE, runFoundry } from './foundry.ts';
import { writeLayoutOf } from './layout-of.ts';
import { ANOTHER_ROOT, PublishedRelease, referenceOf } from './published-release.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let release: PublishedRelease;
let place: string;

beforeAll(async () => {
  release = await PublishedRelease.open();
  place = await mkdtemp(join(tmpdir(), 'foundry-verified-'));
});
afterAll(async () => await rm(place, { recursive: true, force: true }));

describe('a stranger verifies', () => {
  test.each(VARIANTS)('%s by its name, and every check passes', async (variant) => {
    const { code, data } = await release.verify(variant);
    expect([code, data.verdict, data.refusal]).toEqual([0, 'verified', null]);
    expect(data.parts.map((part) => part.name)).toEqual([referenceOf(release.image(variant))]);
    expect(data.parts[0]?.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  test.each(VARIANTS)('%s by its tag and by its digest', async (variant) => {
    const image = release.image(variant);
    expect((await release.verify(`${release.name}:${image.tag}`)).code).toBe(0);
    expect((await release.verify(referenceOf(image), '--commit', release.released.status.commit)).code).toBe(
      0,
    );
  });

  test('the release by its record, as the newest and by its commit, with every image', async () => {
    const { commit } = release.released.status;
    for (const word of ['latest', commit.slice(0, 8)]) {
      const { code, data } = await release.verify(word);
      expect([word, code]).toEqual([word, 0]);
      expect(data.parts.map((part) => part.name)).toEqual([
        'the record',
        ...release.released.status.images.map((image) => referenceOf(image)),
      ]);
    }
  });

  test('an image against its lock', async () => {
    const bundle = (await release.bundles(release.image('standard'))).find(
      ({ predicateType }) => predicateType === PREDICATE_TYPES.provenance,
    );
    const { files } = Provenance.parse(predicateOf(bundle?.bundle)).buildDefinition.internalParameters;
    const lock = join(place, 'versions.lock.json');
    await release.lab.store.fetchTo(
      files[LOCK_FILE] as Parameters<typeof release.lab.store.fetchTo>[0],
      lock,
    );
    const { code, data } = await release.verify('standard', '--lock', lock);
    expect(code).toBe(0);
    expect(data.parts[0]?.checks.map(({ id }) => id)).toContain('pins');
  });

  test('a layout on a disk, with a trusted root and nothing else: no profile, no service', async () => {
    const layout = join(place, 'layout');
    const { repository, digest } = release.image('distroless');
    await writeLayoutOf({ registry: release.registry, repository, digest }, layout);
    const { identity, issuer, trustedRoot } = release.profile.signing;
    const trust = ['--trusted-root', trustedRoot, '--identity', identity, '--issuer', issuer];
    const { code, stdout } = await runFoundry(join(place, 'no-state'), ['verify', layout, ...trust]);
    expect(stdout).toContain('✓ verified');
    expect(code).toBe(0);
  });
});

describe('verifiers of others take', () => {
  let verifiers: ForeignVerifiers;
  let trust: ForeignTrust;

  beforeAll(async () => {
    verifiers = await openForeignVerifiers((line) => process.stderr.write(`     ${line}\n`));
    const { identity, issuer, trustedRoot } = release.profile.signing;
    trust = {
      identity,
      issuer,
      trustedRoot,
      trustConfig: trustedRoot.replace(/[^/]+$/, 'trust_config.json'),
    };
  });

  test.each(VARIANTS)('%s: cosign, each predicate type', async (variant) => {
    const types = new Set([
      ...REQUIREMENTS.map((one) => DESCRIBED[one].predicateType),
      PREDICATE_TYPES.releaseRecord,
    ]);
    for (const type of types) {
      const { accepts, said } = await verifiers.cosignVerifyAttestation(
        referenceOf(release.image(variant)),
        type,
        trust,
      );
      expect([type, accepts, accepts || said]).toEqual([type, true, true]);
    }
  });

  test.each(VARIANTS)('%s: sigstore-python, each bundle', async (variant) => {
    const image = release.image(variant);
    const bundles = await release.bundles(image);
    expect(bundles.length).toBeGreaterThan(REQUIREMENTS.length);
    const files = bundles.map(({ digest }) => join(place, `${digest}.json`));
    for (const [index, { bundle }] of bundles.entries())
      await writeFile(files[index] ?? '', JSON.stringify(bundle));
    expect(await verifiers.sigstorePythonVerify(files, hexOf(image.digest), trust)).toEqual({
      accepts: true,
      said: `verified ${bundles.length}`,
    });
  });

  test.each(VARIANTS)('%s: a validator of CycloneDX, the SBOM that cosign let through', async (variant) => {
    const [payload] = await verifiers.cosignPayloads(
      referenceOf(release.image(variant)),
      PREDICATE_TYPES.sbom,
      trust,
    );
    const { predicate } = payload as { predicate: object };
    expect(await verifiers.validateCycloneDx(JSON.stringify(predicate))).toEqual({
      accepts: true,
      said: 'valid',
    });
  });

  describe('an image by every line of docs/verify.md', () => {
    let blocks: readonly string[];
    let env: Readonly<Record<string, string>>;

    beforeAll(async () => {
      const page = await readFile(join(ROOT, 'docs', 'verify.md'), 'utf8');
      blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
      const tools = await openToolchain({ state: release.lab.state, cache: CACHE }, process.env);
      const ours = (['crane', 'trivy'] as const).map((name) => dirname(tools.path(name)));
      const home = join(place, 'home');
      env = {
        PATH: [...verifiers.programs, ...ours, process.env['PATH']].join(':'),
        HOME: home,
        FOUNDRY_STATE_DIR: join(place, 'no-state'),
        IMAGE: referenceOf(release.image('distroless')),
        IDENTITY: trust.identity,
        ISSUER: trust.issuer,
        ROOT: trust.trustedRoot,
        TRUST_CONFIG: trust.trustConfig,
        // What a test sends stays on this machine.
        TRIVY_DB_REPOSITORY: release.profile.scanners.database,
        TRIVY_SKIP_VERSION_CHECK: 'true',
        TRIVY_DISABLE_TELEMETRY: 'true',
      };
      await mkdir(home);
      await symlink(join(ROOT, 'foundry'), join(place, 'foundry'));
    });

    const run = (block: string, change: Readonly<Record<string, string>> = {}): ReturnType<typeof execa> =>
      execa('bash', ['-euo', 'pipefail', '-c', block], {
        cwd: place,
        env: { ...env, ...change },
        extendEnv: false,
      });

    test('which end well', async () => {
      expect(blocks).toHaveLength(7);
      for (const block of blocks) await run(block);
      expect(JSON.parse(await readFile(join(place, 'sbom.json'), 'utf8'))).toMatchObject({
        bomFormat: 'CycloneDX',
      });
    });

    test.each([
      ['sigstore', /not found among|subject/i],
      ['gh', /verifying with issuer|digest/i],
      ['slsa-verifier', /subject/i],
    ])('of which %s refuses the proofs of another image', async (program, why) => {
      const block = blocks.find((one) => new RegExp(`^ *${program} `, 'm').test(one)) ?? 'exit 0';
      await expect(run(block, { IMAGE: referenceOf(release.image('standard')) })).rejects.toMatchObject({
        stderr: expect.stringMatching(why) as string,
      });
    });
  });

  test('nothing by another identity, and nothing with another root', async () => {
    const reference = referenceOf(release.image('standard'));
    const type = PREDICATE_TYPES.provenance;
    const theirs = { ...trust, identity: 'https://example.com/us' };
    expect(await verifiers.cosignVerifyAttestation(reference, type, theirs)).toMatchObject({
      accepts: false,
    });
    const elsewhere = { ...trust, trustedRoot: ANOTHER_ROOT };
    expect(await verifiers.cosignVerifyAttestation(reference, type, elsewhere)).toMatchObject({
      accepts: false,
    });
  });
});

function predicateOf(bundle: unknown): unknown {
  const { dsseEnvelope } = bundle as { dsseEnvelope: { payload: string } };
  const text = Buffer.from(dsseEnvelope.payload, 'base64').toString('utf8');
  return (JSON.parse(text) as { predicate: unknown }).predicate;
}
