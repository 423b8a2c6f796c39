import { workflowInfo } from '@temporalio/workflow';
import type { PromotedImage } from '../../activities/publish/promote-images.ts';
import type { StagedPackages } from '../../activities/publish/package-activities.ts';
import type { TagMove } from '../../activities/publish/tags.ts';
import { newestRecordTag, recordTag } from '../../domain/pins/identity.ts';
import { APPROVAL_PROBLEM } from '../../domain/release/problem.ts';
import type { OpenedPlan, ReleaseInput } from '../../domain/release/plan.ts';
import {
  attestVerification,
  moveTags,
  promoteImages,
  readPackages,
  readTags,
  restorePackages,
  restoreTags,
  signPackages,
  stagePackages,
  switchPackages,
  signRecord,
  storeRecord,
  takeRecordOff,
  verifyPublished,
} from './activities.ts';
import { allOrNone } from './all-or-none.ts';
import { inQuarantine } from './construct.ts';
import type { ProvenImage } from './evidence.ts';
import type { Operator } from './operator.ts';
import { perVariant } from './per-variant.ts';
import { failureOf } from './problem-of.ts';
import type { ReleaseRun } from './release-run.ts';
import type { Saga } from './saga.ts';
import { tellForge } from './tell-forge.ts';

interface Publication {
  readonly run: ReleaseRun;
  readonly saga: Saga;
  readonly operator: Operator;
  readonly input: ReleaseInput;
  readonly plan: OpenedPlan;
  readonly images: readonly ProvenImage[];
}

/**
 * Stage 6: everything is verified back from quarantine, copied by digest, then all tags move together, and a reader of them is played
 * before the record is signed. Whatever fails after the tags moved puts them back.
 */
export async function publish(publication: Publication): Promise<void> {
  const { run } = publication;
  await approve(publication);
  await verify(publication);
  const packages = await stage(publication);
  const promoted = await promote(publication);
  await moveAll(publication, 'tags', [...tagsOf(promoted), tagOf(packages)]);
  await switchTo(publication, packages);
  await readBack(publication, promoted);
  await record(publication, promoted);
  await run.part(
    'publish',
    'commit status',
    () => tellForge(publication.input, 'success'),
    () => 'success',
  );
}

async function approve({
  run,
  operator,
  plan: { needsApproval, operatorWaitMs },
}: Publication): Promise<void> {
  if (!needsApproval || run.status.approval !== null) return;
  const problem = {
    code: APPROVAL_PROBLEM,
    message: 'the policy of this commit publishes nothing without a person',
    hint: 'Look at what was found, then approve it.',
    check: null,
  };
  run.wait('publish', problem, Date.now() + operatorWaitMs);
  const approval = await operator.approval(operatorWaitMs);
  if (approval === undefined) throw failureOf(problem);
  run.approved({ ...approval, at: new Date().toISOString() });
}

async function verify({ run, images }: Publication): Promise<void> {
  await perVariant(images, async (image) => {
    const name = `${image.variant} (${image.platform}) verified`;
    const { attestations } = await run.part(
      'publish',
      name,
      () => attestVerification.executeWithOptions({ summary: name }, [inQuarantine(image)]),
      () => 'everything read back from quarantine, and summed up in a signed VSA',
    );
    run.attested(image, attestations);
  });
}

async function promote({ run, input, images }: Publication): Promise<readonly PromotedImage[]> {
  const order = {
    version: input.version,
    commit: input.commit,
    images: images.map(({ variant, platform, place }) => ({
      variant,
      platform,
      place,
      attestations: run.attestationsOf({ variant, platform }),
    })),
  };
  const { promoted } = await run.part(
    'publish',
    'images promoted',
    () => promoteImages.executeWithOptions({ summary: 'promote by digest' }, [order]),
    () => 'copied by digest, with all that is attached to them',
  );
  return promoted;
}

/** Images of several platforms are under one index, and one tag leads to it. */
function tagsOf(promoted: readonly PromotedImage[]): TagMove[] {
  return promoted
    .filter(({ tag, digest }, at) => {
      return promoted.findIndex((one) => one.tag === tag && one.digest === digest) === at;
    })
    .map(tagOf);
}

function tagOf({ tag, digest }: TagMove): TagMove {
  return { tag, digest };
}

/** The packages that we built, signed, as a repository that nothing leads to yet. */
async function stage({ run, input, plan: { plan, platforms } }: Publication): Promise<StagedPackages> {
  const repositories = await allOrNone(
    platforms.map(
      (platform) => () =>
        run.part(
          'publish',
          `packages signed (${platform})`,
          () => signPackages.executeWithOptions({ summary: 'sign the packages' }, [{ plan, platform }]),
          ({ packages: { length } }) => `${length} packages and their index`,
        ),
    ),
  );
  return await run.part(
    'publish',
    'packages staged',
    () =>
      stagePackages.executeWithOptions({ summary: 'stage the packages' }, [
        { version: input.version, commit: input.commit, repositories },
      ]),
    ({ tag, digest }) => `${tag}@${digest}`,
  );
}

async function switchTo({ run, saga, input }: Publication, { name }: StagedPackages): Promise<void> {
  const { version, commit } = input;
  const { previous } = await readPackages.executeWithOptions({ summary: 'where the packages lead' }, [
    { version, commit },
  ]);
  const order = { version, commit, previous };
  saga.beforeStep('the packages as they were', () =>
    restorePackages.executeWithOptions({ summary: 'packages back' }, [order]),
  );
  await run.part(
    'publish',
    'packages published',
    () => switchPackages.executeWithOptions({ summary: 'publish the packages' }, [order]),
    () => name,
  );
}

async function moveAll({ run, saga }: Publication, what: string, tags: readonly TagMove[]): Promise<void> {
  const names = tags.map(({ tag }) => tag);
  const { previous } = await readTags.executeWithOptions({ summary: `where ${what} lead` }, [
    { tags: names },
  ]);
  saga.beforeStep(`${what} as they were`, async () => {
    await restoreTags.executeWithOptions({ summary: `${what} back` }, [{ tags, previous }]);
  });
  await run.part(
    'publish',
    `${what} moved`,
    () => moveTags.executeWithOptions({ summary: `move ${what}` }, [{ tags, previous }]),
    () => names.join(', '),
  );
}

async function readBack(
  { run, plan: { plan, platforms } }: Publication,
  promoted: readonly PromotedImage[],
): Promise<void> {
  await allOrNone(
    promoted.map((image) => async () => {
      const what = platforms.length === 1 ? image.tag : `${image.tag} (${image.platform})`;
      const name = `${what} read as a consumer`;
      await run.part(
        'publish',
        name,
        () => verifyPublished.executeWithOptions({ summary: name }, [{ plan, image }]),
        (outcome) => outcome,
      );
      run.placed({ ...image, attestations: [...run.attestationsOf(image)] });
    }),
  );
}

async function record(publication: Publication, promoted: readonly PromotedImage[]): Promise<void> {
  const { run, saga, input } = publication;
  const { bundle } = await run.part(
    'publish',
    'record signed',
    () => signRecord.executeWithOptions({ summary: 'sign the record' }, [{ status: run.record() }]),
    () => `by run ${workflowInfo().runId}`,
  );
  const order = { bundle, subjects: [...new Set(promoted.map(({ digest }) => digest))] };
  saga.beforeStep('the record taken off', () =>
    takeRecordOff.executeWithOptions({ summary: 'take the record off' }, [order]),
  );
  const { digest } = await run.part(
    'publish',
    'record stored',
    () => storeRecord.executeWithOptions({ summary: 'store the record' }, [order]),
    ({ digest: stored }) => stored,
  );
  const tags = [recordTag(input), newestRecordTag(input.version)];
  await moveAll(
    publication,
    'tags of the record',
    tags.map((tag) => ({ tag, digest })),
  );
}
