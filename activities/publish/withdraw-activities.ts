import { pushArtifact } from '../../adapters/registry/push-artifact.ts';
import { BUNDLE_MEDIA_TYPE } from '../../adapters/sigstore/attach.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { Artifact } from '../../domain/artifact.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { WITHDRAWAL_TYPE } from '../../domain/evidence/project.ts';
import { type WithdrawalTarget, withdrawalTag } from '../../domain/withdrawal/contract.ts';
import { planWithdrawal, type WithdrawalPlace, type WithdrawalPlan } from './plan-withdrawal.ts';
import { readBundle } from './store-record.ts';

/** What they need. */
export interface WithdrawDependencies extends WithdrawalPlace {
  readonly store: ArtifactStore;
}

/** What withdrawing does to a registry beside moving tags. May be repeated at any time. */
export interface WithdrawActivities {
  /** See {@link planWithdrawal}. */
  readonly planWithdrawal: (target: WithdrawalTarget) => Promise<WithdrawalPlan>;
  /** Puts the signed statement beside the images as an artifact of its own, under its tag. Throws FND_BAD_DATA, FND_UNREACHABLE. */
  readonly storeWithdrawal: (
    order: WithdrawalTarget & { readonly bundle: Artifact },
  ) => Promise<{ readonly digest: OciDigest }>;
}

/** The activities with what they work on. */
export function createWithdrawActivities(dependencies: WithdrawDependencies): WithdrawActivities {
  return {
    planWithdrawal: (target) => planWithdrawal(dependencies, target),
    async storeWithdrawal({ bundle, ...target }) {
      const { registry, repository, store } = dependencies;
      const { bytes } = await readBundle(store, bundle);
      const digest = await pushArtifact(registry, repository, {
        artifactType: BUNDLE_MEDIA_TYPE,
        layers: [{ mediaType: BUNDLE_MEDIA_TYPE, bytes }],
        annotations: { 'dev.sigstore.bundle.predicateType': WITHDRAWAL_TYPE },
      });
      const manifest = await registry.getManifest(repository, digest);
      await registry.putManifest(repository, withdrawalTag(target), manifest.mediaType, manifest.bytes);
      return { digest };
    },
  };
}
