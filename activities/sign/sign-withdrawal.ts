import { ImageIndex } from '../../adapters/registry/oci-types.ts';
import { type ImageAddress, nameOfImage } from '../../adapters/registry/image-address.ts';
import type { RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { hexOf, type OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { PREDICATE_TYPES } from '../../domain/evidence/predicate-types.ts';
import { Withdrawal } from '../../domain/evidence/withdrawal.ts';
import type { TaskQueue } from '../../domain/release/contract.ts';
import type { Report } from '../../domain/report.ts';
import { WithdrawalOrder, WITHDRAW_WORKFLOW, withdrawWorkflowId } from '../../domain/withdrawal/contract.ts';
import { imagesOf } from '../publish/plan-withdrawal.ts';
import { publishedRecord, type TrustedPlace } from '../publish/published-records.ts';
import { signAndAttach } from './attach-signed.ts';
import { notRecorded } from './recorded-work.ts';
import { signOnce } from './sign-once.ts';
import { signingOf, type SigningSource } from './signing-of.ts';
import { statementOf } from './statements/statement.ts';

/** What signing a withdrawal needs from whoever runs it. */
export interface WithdrawalSigningDependencies extends SigningSource {
  readonly registry: TrustedPlace['registry'];
  /** The repository in which readers find the images. */
  readonly published: string;
  /** What the server recorded of the workflow that asks. */
  readonly readRun: () => Promise<RecordedRelease>;
  readonly report: Report;
}

/** The signed statement that images must not be used any more. */
export interface WithdrawalSigning {
  /**
   * Signs a withdrawal and attaches it to the index and each platform manifest of every image that it is of. It goes by the order that the
   * server recorded and by the signed record of the release, and by nothing that it is told. May be repeated: the same withdrawal is signed
   * once. Throws FND_NOT_RECORDED when another workflow asks, FND_BAD_INPUT for a release that was never published, FND_SIGNATURE_REFUSED,
   * FND_EVIDENCE_MISSING, FND_UNREACHABLE.
   */
  readonly signWithdrawal: () => Promise<{ readonly bundle: Artifact; readonly withdrawnAt: string }>;
}

const QUEUE: TaskQueue = 'control';

/** The activity with what it works on. */
export function createWithdrawalSigning(dependencies: WithdrawalSigningDependencies): WithdrawalSigning {
  const { registry, published: repository, report } = dependencies;
  const { trustedRoot, identity } = dependencies;
  return {
    async signWithdrawal() {
      const run = await dependencies.readRun();
      const order = orderOf(run);
      const record = await publishedRecord({ registry, repository, trust: { trustedRoot, identity } }, order);
      const images = imagesOf(record.status, order);
      const subjects: ImageAddress[] = [];
      const indexes = new Set(images.map(({ digest }) => digest));
      for (const digest of indexes) subjects.push(...(await subjectsOf(registry, repository, digest)));
      // When the server took it up: a second try says the same.
      const predicate: Withdrawal = { reason: order.reason, by: order.by, withdrawnAt: run.startedAt };
      const statement = statementOf(
        subjects.map(({ digest }) => ({
          name: `${registry.host}/${repository}`,
          digest: { sha256: hexOf(digest) },
        })),
        PREDICATE_TYPES.withdrawal,
        Withdrawal.parse(predicate),
      );
      const signing = signingOf(dependencies, order.commit, run.execution);
      const { artifact } = await signOnce(signing, { statement });
      await signAndAttach(signing, subjects, [{ statement, suite: null }]);
      report(`${images.length} images of ${order.version} are withdrawn: that is attached to each`);
      return { bundle: artifact, withdrawnAt: predicate.withdrawnAt };
    },
  };
}

/** What the server says that a person asked for. Throws FND_NOT_RECORDED for the history of anything else. */
function orderOf(run: RecordedRelease): WithdrawalOrder {
  const order = WithdrawalOrder.safeParse(run.order);
  if (run.type !== WITHDRAW_WORKFLOW || run.taskQueue !== QUEUE || !order.success)
    throw notRecorded(run, `it is of a ${run.type} on ${run.taskQueue}, and of no withdrawal`);
  if (withdrawWorkflowId(order.data) === run.execution.workflowId) return order.data;
  throw notRecorded(run, `it is of the withdrawal ${withdrawWorkflowId(order.data)}`);
}

async function subjectsOf(
  registry: TrustedPlace['registry'],
  repository: string,
  digest: OciDigest,
): Promise<ImageAddress[]> {
  const { bytes } = await registry.getManifest(repository, digest);
  const index = ImageIndex.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  if (!index.success)
    throw new FoundryError(
      'FND_BAD_DATA',
      `${nameOfImage({ registry, repository, digest })} is no image index`,
      {
        cause: index.error,
      },
    );
  const manifests = index.data.manifests.map((manifest) => manifest.digest);
  return [digest, ...manifests].map((one) => ({ registry, repository, digest: one }));
}
