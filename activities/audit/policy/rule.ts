import type { Check } from '../../../domain/release/check.ts';
import type { ReadTree } from './read-tree.ts';

/** A place that breaks a rule. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** One rule of the policy. Its id never changes its meaning. */
export interface Rule {
  readonly id: string;
  /** What holds when nothing breaks it. */
  readonly title: string;
  readonly look: (tree: ReadTree) => Iterable<Violation>;
}

/**
 * What a rule says of a tree. It fails with every place that breaks it; it is not run, and says nothing, when a file could not be
 * read, because the rule may be broken in there.
 */
export function checkRule({ id, title, look }: Rule, tree: ReadTree): Check {
  const violations = [...look(tree)];
  if (violations.length > 0)
    return { id, title, verdict: 'fail', detail: violations.map(inWords).join('\n') };
  if (tree.broken.length > 0) {
    const files = [...new Set(tree.broken.map(({ path }) => path))].join(', ');
    return { id, title, verdict: 'not-run', detail: `could not be looked at in ${files}` };
  }
  return { id, title, verdict: 'pass', detail: `holds in ${tree.texts.size} files` };
}

function inWords({ path, line, what }: Violation): string {
  return line > 0 ? `${path}:${line}: ${what}` : `${path}: ${what}`;
}
