import {
  affectedRange,
  compareReleases,
  fixForLine,
  lineOf,
  type OpensslAdvisory,
} from '../../adapters/openssl-advisories/advisories.ts';

/** What an advisory means for a FIPS provider of a version, and why. */
export interface ProviderJudgement {
  /** `silent`: neither its ranges nor its words speak of this provider. */
  readonly kind: 'affected' | 'not-affected' | 'silent';
  readonly reason: string;
}

const MENTION = /\bFIPS (?:modules?|providers?)\b/i;
const VERDICT = /\b(?:affected|vulnerable|impacted)\b/i;
const DENIAL =
  /\bnot (?:\w+ )?(?:affected|vulnerable|impacted)\b|\bno (?:\w+ )?FIPS (?:modules?|providers?)\b/i;
const LINE = /(?<![\d.])\d+\.\d+(?!\d|\.\d)/g;

/**
 * Judges an advisory for a FIPS provider. Its ranges of versions are of the whole of OpenSSL, of which the module is a small part, and of
 * lines that are still supported, which the line of a validated module soon is not; what it says of the modules stands in a sentence of its
 * text. So: a fix in the provider's own line before its version settles it; else the sentence does, if it speaks of this line, of all
 * modules, or of lines around it; else the range. Words that mention the modules and cannot be read count against the provider.
 */
export function judgeForProvider(advisory: OpensslAdvisory, version: string): ProviderJudgement {
  const fix = fixForLine(advisory, version);
  if (fix !== undefined && compareReleases(version, fix) >= 0)
    return { kind: 'not-affected', reason: `OpenSSL fixed it in ${fix}, before this version of the module` };
  const said = advisory.text.split(/(?<=[.!?])\s+(?=[A-Z])/).filter((sentence) => MENTION.test(sentence));
  const verdicts = said.filter((sentence) => VERDICT.test(sentence));
  const line = lineOf(version);
  const against = verdicts.find((sentence) => !DENIAL.test(sentence) && speaksAgainst(sentence, line));
  if (against !== undefined) return { kind: 'affected', reason: `OpenSSL's advisory says: ${against}` };
  if (said.length > 0 && verdicts.length === 0) {
    const reason = `OpenSSL's advisory mentions FIPS modules in words that only a person can judge: ${said.join(' ')}`;
    return { kind: 'affected', reason };
  }
  const clears = verdicts.find((sentence) => DENIAL.test(sentence) && speaksFor(sentence, line));
  if (clears !== undefined) return { kind: 'not-affected', reason: `OpenSSL's advisory says: ${clears}` };
  const range = affectedRange(advisory, version);
  if (range === undefined)
    return {
      kind: 'silent',
      reason: `OpenSSL's advisory speaks neither of ${version} nor of its FIPS module`,
    };
  return {
    kind: 'affected',
    reason: `OpenSSL's advisory names versions from ${range.from} on as affected and does not clear the FIPS module of ${line}`,
  };
}

/** A bug of an older line can have come down to ours; one that only newer lines have came in later. */
function speaksAgainst(sentence: string, line: string): boolean {
  const lines = sentence.match(LINE) ?? [];
  return lines.length === 0 || lines.some((named) => compareLines(named, line) <= 0);
}

/** Clean lines before and after ours clear ours too; newer ones alone do not. */
function speaksFor(sentence: string, line: string): boolean {
  const lines: readonly string[] = sentence.match(LINE) ?? [];
  if (lines.length === 0 || lines.includes(line)) return true;
  return (
    lines.some((named) => compareLines(named, line) < 0) &&
    lines.some((named) => compareLines(named, line) > 0)
  );
}

function compareLines(a: string, b: string): number {
  return compareReleases(`${a}.0`, `${b}.0`);
}
