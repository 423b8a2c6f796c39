import type { Check } from '../../domain/release/check.ts';
import { POLICY_CANARY } from './policy-canary.ts';
import { BLUEPRINT_RULES } from './policy/blueprint-rules.ts';
import { IMAGE_RULES } from './policy/image-rules.ts';
import { readTree } from './policy/read-tree.ts';
import { checkRule, type Rule } from './policy/rule.ts';
import { TREE_RULES } from './policy/tree-rules.ts';

const RULES: readonly Rule[] = [...TREE_RULES, ...BLUEPRINT_RULES, ...IMAGE_RULES];

/**
 * What our own policy says of the files of a commit, by path: one check a rule, and one that shows that each rule can say no.
 * Pure: the same files give the same checks.
 */
export function blueprintPolicy(files: ReadonlyMap<string, string>): Check[] {
  return [...rulesOver(files), canaryCheck(rulesOver(POLICY_CANARY))];
}

function rulesOver(files: ReadonlyMap<string, string>): Check[] {
  const tree = readTree(files);
  return RULES.map((rule) => checkRule(rule, tree));
}

function canaryCheck(overCanary: readonly Check[]): Check {
  const silent = overCanary.filter(({ verdict }) => verdict !== 'fail').map(({ id }) => id);
  const isCaught = silent.length === 0;
  return {
    id: 'BLUEPRINT-CANARY',
    title: 'Every rule of the policy finds a known mistake',
    verdict: isCaught ? 'pass' : 'not-run',
    detail: isCaught ? `${overCanary.length} rules said no to it` : `${silent.join(', ')} said nothing`,
  };
}
