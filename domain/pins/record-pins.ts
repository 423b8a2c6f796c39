import type { OciDigest, Sha256 } from '../digest.ts';
import type { HclEdit } from '../hcl/edit.ts';
import { findEntry, type HclPath } from '../hcl/locate.ts';
import { parseHcl } from '../hcl/parse.ts';
import { patchHcl } from '../hcl/patch.ts';
import type { PlainValue } from '../hcl/plain.ts';
import type { HclFile } from '../hcl/tree.ts';
import { readVersions } from './read-versions.ts';
import type { Purpose } from './variant.ts';

/** What ingest writes for a source. */
interface NewSource {
  readonly version?: string;
  /** The day of the release, `YYYY-MM-DD`. */
  readonly released?: string;
  readonly revision?: number;
  readonly sha256?: Sha256;
}

/** What ingest found. What is left out stays as it is. */
export interface NewPins {
  readonly core?: NewSource;
  readonly provider?: NewSource;
  readonly baseDigest?: OciDigest;
  readonly keySha256?: Sha256;
  /** Whole closures by purpose: packages that are not in them go. */
  readonly packages?: { readonly [P in Purpose]?: Readonly<Record<string, string>> };
}

/**
 * The text of `versions.hcl` with other pins; every other byte stays, and equal pins give the same text. The result is read
 * again: it is valid and holds exactly what was asked. Throws FND_BAD_PINS.
 */
export function recordPins(text: string, file: string, pins: NewPins): string {
  const tree = parseHcl(text, file);
  const edits = [
    ...sourceEdits(tree, 'core', pins.core),
    ...sourceEdits(tree, 'provider', pins.provider),
    ...putEdits(tree, ['base', 'digest'], pins.baseDigest),
    ...putEdits(tree, ['repository', 'key', 'sha256'], pins.keySha256),
    ...Object.entries(pins.packages ?? {}).flatMap(([purpose, versions]) =>
      closureEdits(tree, purpose, versions),
    ),
  ];
  const patched = patchHcl(text, edits, file);
  readVersions(patched, file);
  return patched;
}

function sourceEdits(tree: HclFile, block: 'core' | 'provider', source: NewSource = {}): HclEdit[] {
  return Object.entries(source).flatMap(([name, value]) =>
    putEdits(tree, [block, name], value as PlainValue | undefined),
  );
}

function putEdits(tree: HclFile, path: HclPath, value: PlainValue | undefined): HclEdit[] {
  if (value === undefined) return [];
  return [{ op: findEntry(tree, path) === undefined ? 'add' : 'replace', path, value }];
}

function closureEdits(tree: HclFile, purpose: string, versions: Readonly<Record<string, string>>): HclEdit[] {
  const path = ['packages', purpose, 'versions'];
  const old = findEntry(tree, path)?.value;
  if (old?.kind !== 'object') return putEdits(tree, path, versions);
  const gone = old.entries.filter(({ name }) => !Object.hasOwn(versions, name));
  return [
    ...gone.map(({ name }): HclEdit => ({ op: 'remove', path: [...path, name] })),
    ...Object.entries(versions).flatMap(([name, version]) => putEdits(tree, [...path, name], version)),
  ];
}
