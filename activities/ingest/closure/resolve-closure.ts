import { FoundryError } from '../../../domain/errors.ts';
import { choose, type Need } from './choice.ts';
import { parseDependency } from './dependency.ts';
import { type Choosable, collectOffers, joinOffers, type Offers } from './offers.ts';
import { findTrouble, type Trouble } from './trouble.ts';

/** What to resolve. */
export interface ClosureOrder<T extends Choosable> {
  /** What the repository offers. The names in a list are collected once, however many closures are resolved from it. */
  readonly records: readonly T[];
  /** What of it may be taken; all of it when left out. */
  readonly admitted?: readonly T[];
  /** What is asked for, as dependencies: `bash`, `bash=5.3-r2`. */
  readonly roots: readonly string[];
  /** Packages that come from elsewhere: they are in the closure, answer for what they provide, and are not in the result. */
  readonly present?: readonly Choosable[];
  /** Bounds that hold if the package is in the closure at all. */
  readonly bounds?: readonly string[];
}

/**
 * The packages that `roots` need, each once, sorted by name; the same order gives the same closure.
 *
 * They are the ones that apko takes, by its own procedure ({@link choose}): in two cases only the result is another one.
 * - What apko takes is not closed, or it ends at a bound that came to light after a choice. Then the search begins again with
 *   that bound from the beginning, and what comes out in the end is closed, or there is no closure. From the packages of that
 *   closure alone, apko takes the same.
 * - `install_if` counts for nothing. apko takes such a package, but not what it depends on.
 *
 * Supported: dependencies on packages and on what they provide, with `=`, `<`, `<=`, `>`, `>=` and `~`; conflicts (`!name`);
 * provider priority; several versions of a package. A name that is provided with a version belongs to one package.
 * Not supported: another provider is not tried when a chosen one leads nowhere; `replaces` counts for nothing, as
 * in apko; `@tag`, `><`, `>~` and `<~` are refused. Versions compare as in apk-tools (adapters/apk/version.ts): a bound without
 * a revision is older than all of its revisions, where apko takes it for `-r0`, and a name without a version is within no bound,
 * where apko looks at the version of the package that provides it.
 * Throws FND_UNRESOLVED, naming who needs what, and FND_BAD_DATA for a dependency that cannot be read.
 */
export function resolveClosure<T extends Choosable>(order: ClosureOrder<T>): T[] {
  const present = new Set<Choosable>(order.present);
  const offers = offersOfAll(order, collectOffers([...present]));
  const needsOf = readNeeds();
  const roots = needsFrom(order.roots.toSorted(), 'the roots');
  const holds = needsFrom(order.bounds ?? [], 'a hold');
  const bounds: Need[] = [];
  for (;;) {
    const chosen = choose({ offers, present: [...present], roots, bounds, holds, needsOf });
    const trouble = chosen.deadEnd ?? findTrouble(chosen.records, roots, needsOf);
    if (chosen.deadEnd === undefined && trouble === undefined) {
      requireSameAgain(chosen.records, [...present], needsOf);
      const found = chosen.records.filter((record) => !present.has(record)) as T[];
      return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    }
    bounds.push(laterBound(trouble, [...bounds, ...roots]));
  }
}

const collected = new WeakMap<readonly Choosable[], Offers>();

function offersOfAll<T extends Choosable>({ records, admitted }: ClosureOrder<T>, present: Offers): Offers {
  const all = collected.get(records) ?? collectOffers(records);
  collected.set(records, all);
  const isAdmitted =
    admitted === undefined || admitted === records ? undefined : new Set<Choosable>(admitted);
  return joinOffers(present, all, ({ record }) => isAdmitted?.has(record) ?? true);
}

/** An image is composed from the packages of its closure alone, each asked for by its version: apko must take them all again. */
function requireSameAgain(
  records: readonly Choosable[],
  present: readonly Choosable[],
  needsOf: (record: Choosable) => readonly Need[],
): void {
  const pins = records.map(({ name, version }) => `${name}=${version}`);
  const roots = needsFrom(pins.toSorted(), 'the closure');
  const again = choose({ offers: collectOffers(records), present, roots, bounds: [], holds: [], needsOf });
  if (again.deadEnd === undefined && again.records.length === records.length) return;
  throw unresolved(`apko would not compose these packages: ${again.deadEnd?.reason ?? 'it leaves some out'}`);
}

/** Reads what packages depend on, each once: a search may look at one many times. */
function readNeeds(): (record: Choosable) => readonly Need[] {
  const known = new Map<Choosable, readonly Need[]>();
  return (record) => {
    const there = known.get(record);
    if (there !== undefined) return there;
    const needs = needsFrom(record.depends, `${record.name} ${record.version}`);
    known.set(record, needs);
    return needs;
  };
}

function needsFrom(texts: readonly string[], by: string): Need[] {
  return [...new Set(texts)].map((text) => ({ dependency: parseDependency(text, by), by }));
}

/** The bound to begin again with: the one that was not met, if it came to light only then. */
function laterBound(trouble: Trouble | undefined, known: readonly Need[]): Need {
  const need = trouble?.need;
  const isNew =
    need?.dependency.bound !== undefined &&
    !known.some(({ dependency }) => dependency.text === need.dependency.text);
  if (need !== undefined && isNew) return need;
  throw unresolved(trouble?.reason ?? 'it is not known why');
}

function unresolved(reason: string): FoundryError {
  return new FoundryError('FND_UNRESOLVED', `no closure: ${reason}`, {
    hint: 'See what the repository offers, and change `roots` or `hold` in versions.hcl.',
  });
}
