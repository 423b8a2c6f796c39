import { FoundryError } from '../../../domain/errors.ts';
import { type Dependency, isWithin, parseDependency } from './dependency.ts';
import { answersTo, type Choosable, collectOffers, compareOffers, type Offer, offersOf } from './offers.ts';

/** What to resolve. */
export interface ClosureOrder<T extends Choosable> {
  /** What the repository offers. */
  readonly records: readonly T[];
  /** What is asked for, as dependencies: `bash`, `bash=5.3-r2`. */
  readonly roots: readonly string[];
  /** Packages that come from elsewhere: they are in the closure, answer for what they provide, and are not in the result. */
  readonly present?: readonly Choosable[];
  /** Bounds that hold if the package is in the closure at all. */
  readonly bounds?: readonly string[];
}

interface Need {
  readonly dependency: Dependency;
  readonly by: string;
}

interface Bound extends Need {
  readonly dependency: Dependency & { readonly bound: object };
}

/**
 * The packages that `roots` need, each once, sorted by name; the same order gives the same closure.
 *
 * Supported: dependencies on packages and on what they provide, with `=`, `<`, `<=`, `>`, `>=` and `~`; conflicts (`!name`);
 * provider priority; several versions of a package. The newest version within all bounds is taken. A bound that comes to
 * light after its package was chosen begins the search again with that bound, so bounds may come in any order.
 * Not supported: another provider is not tried when a chosen one leads nowhere; `install_if` and `replaces` count for nothing, as
 * in apko; `@tag`, `><`, `>~` and `<~` are refused.
 * Throws FND_UNRESOLVED, naming who needs what, and FND_BAD_DATA for a dependency that cannot be read.
 */
export function resolveClosure<T extends Choosable>(order: ClosureOrder<T>): T[] {
  const present = new Set<Choosable>(order.present);
  const offers = collectOffers<T | Choosable>([...order.records, ...present]);
  const bounds = (order.bounds ?? []).flatMap((text) => boundsOf(need(text, 'a hold')));
  for (;;) {
    const attempt = search({ ...order, offers, bounds, present });
    if (attempt.chosen !== undefined) {
      const found = attempt.chosen.filter((record) => !present.has(record)) as T[];
      return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    }
    bounds.push(attempt.bound);
  }
}

interface Search<T extends Choosable> {
  readonly roots: readonly string[];
  readonly offers: ReturnType<typeof collectOffers<T | Choosable>>;
  readonly bounds: readonly Bound[];
  readonly present: ReadonlySet<Choosable>;
}

type Attempt = { readonly chosen: Choosable[] } | { readonly chosen?: undefined; readonly bound: Bound };

function search<T extends Choosable>({ roots, offers, bounds, present }: Search<T>): Attempt {
  const state = new Chosen();
  const needs: Need[] = [];
  for (const record of present) needs.push(...state.add(record));
  needs.push(...roots.map((root) => need(root, 'the roots')));
  const conflicts: Need[] = [];
  for (let next = needs.shift(); next !== undefined; next = needs.shift()) {
    const { dependency } = next;
    if (dependency.isConflict) {
      conflicts.push(next);
      continue;
    }
    if (state.meets(dependency)) continue;
    const chosen = state.byName.get(dependency.name);
    if (chosen !== undefined) return { bound: laterBound(next, chosen, bounds, present) };
    const answers = answersTo(offers, dependency).filter(
      ({ record }) => !state.byName.has(record.name) && isAllowed(record, bounds),
    );
    const [best] = answers.toSorted((a, b) => compareOffers<Choosable>(a, b, state.origins));
    if (best === undefined) throw unmet(next, bounds, offers.get(dependency.name) ?? []);
    needs.push(...state.add(best.record));
  }
  requirePeace(conflicts, state);
  return { chosen: [...state.byName.values()] };
}

/** The packages of one search, and what they answer to. */
class Chosen {
  readonly byName = new Map<string, Choosable>();
  readonly origins = new Set<string>();
  readonly #offers = new Map<string, Offer<Choosable>[]>();

  add(record: Choosable): Need[] {
    this.byName.set(record.name, record);
    if (record.origin !== '') this.origins.add(record.origin);
    for (const [name, offer] of offersOf(record)) {
      this.#offers.set(name, [...(this.#offers.get(name) ?? []), offer]);
    }
    return record.depends.map((text) => need(text, `${record.name} ${record.version}`));
  }

  meets(dependency: Dependency): boolean {
    return answersTo(this.#offers, dependency).length > 0;
  }

  whoAnswers(dependency: Dependency): Choosable[] {
    return answersTo(this.#offers, dependency).map(({ record }) => record);
  }
}

function need(text: string, by: string): Need {
  return { dependency: parseDependency(text, by), by };
}

function boundsOf({ dependency, by }: Need): Bound[] {
  const { bound } = dependency;
  return bound === undefined ? [] : [{ dependency: { ...dependency, bound }, by }];
}

function isAllowed(record: Choosable, bounds: readonly Bound[]): boolean {
  return bounds
    .filter(({ dependency }) => dependency.name === record.name)
    .every(({ dependency }) => isWithin(record.version, dependency));
}

function laterBound(
  next: Need,
  chosen: Choosable,
  bounds: readonly Bound[],
  present: ReadonlySet<Choosable>,
): Bound {
  const [bound] = boundsOf(next);
  const isKnown = bounds.some(({ dependency }) => dependency.text === next.dependency.text);
  if (bound !== undefined && !isKnown && !present.has(chosen)) return bound;
  throw unresolved(
    `${next.by} needs ${next.dependency.text}, and ${chosen.name} ${chosen.version} is in the closure`,
  );
}

function requirePeace(conflicts: readonly Need[], state: Chosen): void {
  for (const { dependency, by } of conflicts) {
    const against = state.whoAnswers(dependency).find(({ name, version }) => `${name} ${version}` !== by);
    if (against === undefined) continue;
    throw unresolved(
      `${by} refuses ${dependency.text.slice(1)}, and ${against.name} ${against.version} is in the closure`,
    );
  }
}

function unmet(
  { dependency, by }: Need,
  bounds: readonly Bound[],
  offers: readonly Offer<Choosable>[],
): FoundryError {
  const others = bounds
    .filter((bound) => bound.dependency.name === dependency.name && bound.dependency.text !== dependency.text)
    .map((bound) => `${bound.by} needs ${bound.dependency.text}`);
  const there = offers.map(({ record }) => `${record.name} ${record.version}`).join(', ');
  const offered = there === '' ? 'nothing offers it' : `on offer: ${there}`;
  return unresolved([`${by} needs ${dependency.text}`, ...others, offered].join('; '));
}

function unresolved(reason: string): FoundryError {
  return new FoundryError('FND_UNRESOLVED', `no closure: ${reason}`, {
    hint: 'See what the repository offers, and change `roots` or `hold` in versions.hcl.',
  });
}
