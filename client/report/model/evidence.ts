import type { StageStatus } from '../../../domain/release/status.ts';
import type { ImageFacts } from './facts.ts';
import { imageTitle } from './images.ts';
import type { ReleaseReport } from './report.ts';

/** Everything that a statement of the page can be checked against, by its digest: results in the store, bundles on the images. */
export function evidenceOf(
  stages: readonly StageStatus[],
  images: readonly ImageFacts[],
): ReleaseReport['evidence'] {
  return [
    ...stages.flatMap(({ stage, parts }) =>
      parts.flatMap(({ name, outcome }) =>
        outcome === null
          ? []
          : [
              {
                where: `store: ${stage}`,
                what: name,
                digest: outcome.evidence.digest,
                bytes: outcome.evidence.size,
                at: null,
              },
            ],
      ),
    ),
    ...images.flatMap((one) =>
      one.signed.map(({ title, bundle, signedAt }) => ({
        where: `bundle on ${imageTitle(one)}`,
        what: title,
        digest: bundle,
        bytes: null,
        at: signedAt,
      })),
    ),
  ];
}
