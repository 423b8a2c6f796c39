import type { Provenance } from '../../../domain/evidence/provenance.ts';
import type { ResourceDescriptor } from '../../../domain/evidence/resource-descriptor.ts';
import type { ImageFacts } from './facts.ts';
import { imageTitle } from './images.ts';
import type { ReleaseReport } from './report.ts';

/** The signed provenance of each image, read aloud. Images without one that holds are left out: the page names them. */
export function provenanceOf(images: readonly ImageFacts[]): ReleaseReport['provenance'] {
  return images.flatMap((one) => {
    const { provenance } = one.documents;
    return provenance === undefined ? [] : [{ image: imageTitle(one), sentences: sentencesOf(provenance) }];
  });
}

function sentencesOf({ buildDefinition, runDetails }: Provenance): string[] {
  const {
    externalParameters: asked,
    internalParameters: inner,
    resolvedDependencies: inputs,
  } = buildDefinition;
  const { builder, metadata, byproducts } = runDetails;
  const packages = inputs.filter(({ uri = '' }) => uri.startsWith('pkg:'));
  const files = inputs.filter(({ uri = '', name }) => !uri.startsWith('pkg:') && name !== 'source');
  const tools = builder.builderDependencies.map(
    ({ name = '?', annotations, digest }) =>
      `${name} ${textOf(annotations?.['version'])} (sha256 ${digest?.['sha256'] ?? '?'})`,
  );
  const sealed = byproducts.filter(({ name = '' }) => name.endsWith(': no network'));
  const reused = byproducts.filter(({ annotations }) => annotations?.['reused'] === true);
  return [
    `The ${asked.variant} image for ${asked.platform} with OpenSSL ${asked.version} was made from commit ${asked.source.digest.gitCommit} of ${asked.source.uri}, and from nothing that this commit does not pin.`,
    `It used ${inputs.length - 1} inputs, each by its digest: ${packages.length} packages and ${files.length} other files (${named(files)}).`,
    `The builder was ${builder.id}, with ${tools.join(' and ')}.`,
    `The invocation ${metadata.invocationId} began ${metadata.startedOn} and ended ${metadata.finishedOn}${inner.isRebuild ? ', with everything built anew' : ''}.`,
    `${sealed.length} build steps of two builders left evidence that they had no network${reused.length === 0 ? '' : `; ${reused.length} of ${byproducts.length} products were taken from an earlier build of equal inputs`}.`,
    `What it is made from was last changed by commit ${inner.revision}; its files carry the time ${new Date(inner.epoch * 1000).toISOString()}.`,
  ];
}

/** Annotations may be anything; ours are texts. */
function textOf(annotation: unknown): string {
  return typeof annotation === 'string' ? annotation : 'of no known version';
}

function named(files: readonly ResourceDescriptor[]): string {
  return files.map(({ name = '?' }) => name).join(', ');
}

const BUILT = /^builder ([ab]): (.+)$/;
const ABOUT_THE_BUILD = /: (?:no network|log)$/;

/** What two builders made, side by side: packages, and images as they were composed. Logs may differ; what is published may not. */
export function rebuiltOf(images: readonly ImageFacts[]): ReleaseReport['rebuilt'] {
  const sides = new Map<string, { a: string | null; b: string | null }>();
  for (const { name = '', digest } of images.flatMap(({ documents }) => byproductsOf(documents.provenance))) {
    const [, builder, what] = BUILT.exec(name) ?? [];
    if (what === undefined || ABOUT_THE_BUILD.test(what)) continue;
    const known = sides.get(what) ?? { a: null, b: null };
    sides.set(what, { ...known, [builder === 'a' ? 'a' : 'b']: digest?.['sha256'] ?? null });
  }
  return [...sides].map(([what, { a, b }]) => ({ what, a, b, isEqual: a !== null && a === b }));
}

function byproductsOf(provenance: Provenance | undefined): readonly ResourceDescriptor[] {
  return provenance?.runDetails.byproducts ?? [];
}
