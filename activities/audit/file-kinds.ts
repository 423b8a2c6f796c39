import type { KicsKind } from '../../adapters/kics/kinds.ts';

/** What a file is to the audit: something that KICS reads, a blueprint, or a file that has no say in what is built or run. */
export type FileKind = KicsKind | 'melange' | 'apko' | 'attachment';

const KINDS: readonly (readonly [RegExp, FileKind])[] = [
  [/^images\/[^/]+\.melange\.yaml$/, 'melange'],
  [/^images\/[^/]+\.apko\.yaml$/, 'apko'],
  // What a recipe takes along. It is read by people, and its bytes are those of the commit.
  [/^images\/[^/]+\.(?:cnf|c|h)$/, 'attachment'],
  [/\.md$/, 'attachment'],
  [/^\.github\/workflows\/[^/]+\.ya?ml$/, 'CICD'],
  [/(?:^|\/)(?:docker-)?compose(?:\.[^/]+)?\.ya?ml$/, 'DockerCompose'],
  [/(?:^|\/)Dockerfile(?:\.[^/]+)?$|\.Dockerfile$/, 'Dockerfile'],
  [/^deploy\/.+\.ya?ml$/, 'Kubernetes'],
];

/** The kind of a file by its path, or undefined for one that the audit would not look at. */
export function fileKind(path: string): FileKind | undefined {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1];
}

/** Whether KICS must have read files of this kind. */
export function isKicsKind(kind: FileKind | undefined): kind is KicsKind {
  return kind !== undefined && kind !== 'melange' && kind !== 'apko' && kind !== 'attachment';
}
