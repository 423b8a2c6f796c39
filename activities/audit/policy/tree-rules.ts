import { fileKind } from '../file-kinds.ts';
import type { Rule } from './rule.ts';

/** The rules over the files themselves: nothing is left out, and nothing leaves itself out. */
export const TREE_RULES: readonly Rule[] = [
  {
    id: 'AUDIT-EVERY-FILE',
    title: 'Every file is of a kind that the audit knows',
    *look({ texts }) {
      for (const path of texts.keys()) {
        if (fileKind(path) === undefined)
          yield { path, line: 0, what: 'nothing would look at a file of this name' };
      }
    },
  },
  {
    id: 'BLUEPRINT-FORM',
    title: 'Every blueprint is there, and every file has the form of its kind',
    look: ({ broken }) => broken,
  },
  {
    id: 'AUDIT-NO-SUPPRESSION',
    title: 'No file tells the scanner to look away: waivers stand in versions.hcl',
    *look({ texts }) {
      for (const [path, text] of texts) {
        for (const [index, line] of text.split('\n').entries()) {
          if (/kics-scan/i.test(line)) yield { path, line: index + 1, what: line.trim() };
        }
      }
    },
  },
];
